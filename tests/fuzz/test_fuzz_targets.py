"""
The targets of scripts/fuzz: what they begin with, what was once found, and a little by chance.

`query-strings` needs a service (tests/api/test_service_query_strings.py); the others run here.
A find is a file in tests/fuzz/found/TARGET: the bytes that broke it before it was mended.
"""

from __future__ import annotations

import gc
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fuzzing import targets
from fuzzing.seeds import TARGET_NAMES, seeds_of

if TYPE_CHECKING:
    from localarea.classify.classifier import Classifier

FOUND = Path(__file__).parent / "found"
QUICK = [name for name in targets.TARGETS if name != "query-strings"]
ODD = (b"\x00", b'"', b"\r\n", b"<", b"&#0;", b"9" * 400, b"[" * 200)
CHANGED = 12  # inputs drawn for each target; scripts/fuzz tries thousands


@pytest.fixture(autouse=True)
def same_classifier(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(targets.OUR_OWN, "classifier", classifier)


def changed(data: bytes, draw: random.Random) -> bytes:
    """Cut, repeat, overwrite or insert somewhere."""
    made = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at, to = sorted(draw.randint(0, len(made)) for _ in range(2))
        how = draw.randrange(4)
        if how == 0:
            del made[at : min(to, at + 40)]
        elif how == 1:
            made[at:at] = made[at : min(to, at + 200)]
        elif how == 2:
            made[at : at + 1] = bytes([draw.randrange(256)])
        else:
            made[at:at] = draw.choice(ODD)
    return bytes(made)


@pytest.mark.parametrize("target", QUICK)
def test_whatever_comes_is_read_or_refused(target: str) -> None:
    draw, seeds = random.Random(2019), seeds_of(target)
    for data in seeds:
        targets.TARGETS[target](data)
    for _ in range(CHANGED):
        data = changed(draw.choice(seeds), draw)
        try:
            targets.TARGETS[target](data)
        except Exception as error:
            raise AssertionError(f"{target} of {data!r}") from error


@pytest.mark.parametrize("path", sorted(FOUND.glob("*/*.bin")), ids=lambda path: path.stem)
def test_what_was_found_stays_mended(path: Path) -> None:
    targets.TARGETS[path.parent.name](path.read_bytes())
    gc.collect()  # a file that was left open is told when it is let go


def test_every_target_has_something_to_begin_with() -> None:
    assert set(TARGET_NAMES) == set(targets.TARGETS)
    assert all(seeds_of(target) for target in QUICK)
