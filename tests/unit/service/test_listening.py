"""An address that cannot be listened on is told at once, with what to do."""

from __future__ import annotations

import socket

import pytest

from localarea.errors import SettingError
from localarea.service.server.listening import require_free


def test_a_port_that_another_holds_is_refused_with_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingError) as told:
            require_free("127.0.0.1", port)
    assert str(told.value) == (
        f"127.0.0.1, port {port}, cannot be listened on (Address already in use): another program "
        "listens there: end it, or set another LOCALAREA_PORT"
    )
    require_free("127.0.0.1", port)  # it is free now


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingError, match="this machine has no such address: correct LOCALAREA_H"):
        require_free("192.0.2.1", 8000)  # of a block that is kept for examples


def test_any_free_port_is_left_to_the_server() -> None:
    require_free("no host", 0)
