"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the top folder of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    """Give the folder of the publishers' raw files, or skip the test where there is none."""
    beside = REPOSITORY.parent / "shared" / "data" / "raw"
    folder = Path(os.environ.get("LOCALAREA_RAW", beside))
    if not folder.is_dir():
        pytest.skip("the publishers' raw files are not here; name their folder in LOCALAREA_RAW")
    return folder
