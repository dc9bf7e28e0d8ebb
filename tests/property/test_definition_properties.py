"""What must hold of definitions for any dates and any postcodes."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from definition_cases import tiny_file
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.definitions.postcode_rows import PostcodeRows, pack_rows, unpack_rows
from localarea.definitions.store import DefinitionStore
from localarea.errors import ConflictError

unhurried = settings(deadline=None, max_examples=15)
days = st.integers(0, 40).map(lambda n: (date(2026, 4, 1) + timedelta(days=n)).isoformat())
periods = st.tuples(days, st.none() | days).filter(lambda p: p[1] is None or p[0] <= p[1])


@unhurried
@given(st.lists(periods, min_size=1, max_size=5))
def test_no_day_has_two_definitions(wanted: list[tuple[str, str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept = DefinitionStore(Path(folder) / "d")
        taken: list[tuple[str, str, str]] = []
        for number, (first, last) in enumerate(wanted):
            name, end = f"d{number}", last or "9999-12-31"
            shares = any(a <= end and first <= b for _, a, b in taken)
            try:
                kept.add(tiny_file(id=name, effective_from=first, effective_to=last))
            except ConflictError:
                assert shares
            else:
                assert not shares
                taken.append((name, first, end))
        for offset in range(0, 42, 3):
            day = (date(2026, 4, 1) + timedelta(days=offset)).isoformat()
            holds = [name for name, a, b in taken if a <= day <= b]
            found = kept.in_force(day)
            assert ([found.definition.id] if found else []) == holds


@unhurried
@given(st.lists(days, min_size=2, max_size=5, unique=True))
def test_chain_of_successors_leaves_no_day_out(firsts: list[str]) -> None:
    firsts.sort()
    with tempfile.TemporaryDirectory() as folder:
        kept = DefinitionStore(Path(folder) / "d")
        for number, first in enumerate(firsts):
            old = f"d{number - 1}" if number else None
            kept.add(tiny_file(id=f"d{number}", effective_from=first, supersedes=old))
        for offset in range(0, 42, 3):
            day = (date(2026, 4, 1) + timedelta(days=offset)).isoformat()
            expected = [f"d{i}" for i, first in enumerate(firsts) if first <= day][-1:]
            found = kept.in_force(day)
            assert ([found.definition.id] if found else []) == expected


@given(st.lists(st.integers(0, 6759), min_size=1, max_size=60, unique=True))
def test_packed_postcodes_come_back(slots: list[int]) -> None:
    count = len(slots)
    random = np.random.default_rng(count)

    def column(kind: type, low: int, high: int) -> np.ndarray:
        return random.integers(low, high, count, endpoint=True).astype(kind)

    rows = PostcodeRows(
        slots=np.array(sorted(slots), np.int16),
        codes=column(np.uint8, 0, 19),
        zones=column(np.int16, -1, 7200),
        districts=column(np.int16, -1, 400),
        ended=column(np.int16, -1, 600),
        eastings=column(np.int32, -1, 700_000),
        northings=column(np.int32, -1, 1_300_000),
        metres=column(np.int32, -1, 900_000),
        minutes=column(np.uint16, 0, 65535),
    )
    back = unpack_rows(pack_rows(rows))
    for name in PostcodeRows.__slots__:
        assert np.array_equal(getattr(back, name), getattr(rows, name)), name
