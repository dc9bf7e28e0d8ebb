"""What is away is said when it goes and when it is back, and not at every look."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from localarea.errors import StoreUnavailableError
from localarea.service.files.outage import Outage

if TYPE_CHECKING:
    import pytest

LOG = logging.getLogger("localarea.tests.outage")


def test_an_outage_is_said_once_with_its_reason_and_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outage = Outage(LOG, "files have to wait", "files are checked again")
    outage.is_over()  # it never began
    for why in ("refused", "refused", "refused", "starting up"):
        outage.goes_on(StoreUnavailableError("postgresql://db", why))
    outage.is_over()
    outage.is_over()
    assert [record.getMessage() for record in caplog.records] == [
        "files have to wait: the store of decisions (postgresql://db) cannot be used: refused; "
        "try again",
        "files have to wait: the store of decisions (postgresql://db) cannot be used: starting up; "
        "try again",
        "files are checked again",
    ]
