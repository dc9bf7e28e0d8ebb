"""What is shown of a database's address holds no secret, wherever in it that stands."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from localarea.decisions.database import shown_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://la:s3cret@db/x", "postgresql://la:***@db/x"),
        ("postgresql://la@db/x?password=s3cret", "postgresql://la@db/x"),
        (
            "postgresql://la@/x?host=/run/pg&sslpassword=s3cret",
            "postgresql://la@/x?host=%2Frun%2Fpg",
        ),
        ("sqlite:////srv/record.sqlite", "sqlite:////srv/record.sqlite"),
    ],
)
def test_the_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert shown_address(sa.make_url(address)) == shown
