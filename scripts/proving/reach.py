"""Run tests under coverage and print, room by room, how many branches they reach."""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Final

import coverage

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("geo", "labour", "classify", "definitions", "decisions", "measures")
DATA: Final = ROOT / "out" / "proving" / ".coverage"
# Run once by Alembic; compiled by numba, a folder and two modules.
_LEFT_OUT: Final = ("*/migrations/*", "*/_kernel/*", "*/_*_kernel.py")


def main() -> int:
    """Leave with the code of pytest."""
    asked = sys.argv[1:]
    fresh = asked[:1] == ["--fresh"]
    DATA.parent.mkdir(parents=True, exist_ok=True)
    counting = coverage.Coverage(
        data_file=str(DATA), branch=True, source=[str(ROOT / "localarea" / room) for room in ROOMS]
    )
    if not fresh and DATA.exists():
        counting.load()
    import pytest

    left = ["-q", "-m", "not network and not browser", "-p", "no:cacheprovider"]
    counting.start()
    code = pytest.main([*left, "-p", "proving.contexts", *(asked[fresh:] or tests_of_rooms())])
    counting.stop()
    counting.save()
    print(by_room(counting))
    return int(code)


def tests_of_rooms() -> list[str]:
    """List the test files that name a room, and the rooms themselves for their examples."""
    named = re.compile(rf"localarea\.({'|'.join(ROOMS)})\b")
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in (
            "unit",
            "property",
            "fuzz",
            "country",
            "oracle",
            "golden",
            "processes",
            "api",
        )
        for path in sorted((ROOT / "tests" / folder).rglob("test_*.py"))
        if named.search(path.read_text("utf-8"))
    ]
    return [*found, *(f"localarea/{room}" for room in ROOMS)]


def by_room(counting: coverage.Coverage) -> str:
    """Give a table: lines and branches of each room, and how many are reached."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "found.json"
        counting.json_report(outfile=str(path), omit=list(_LEFT_OUT))
        files = json.loads(path.read_text("utf-8"))["files"]
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    for name, found in files.items():
        room = Path(name).parts[Path(name).parts.index("localarea") + 1]
        whole = found["summary"]
        for at, key in enumerate(
            ("num_statements", "covered_lines", "num_branches", "covered_branches")
        ):
            sums[room][at] += whole[key]
    out = io.StringIO()
    print("| room | statements | reached | branches | reached |", file=out)
    print("|---|---|---|---|---|", file=out)
    for room in (*ROOMS, "all"):
        numbers = (
            sums[room] if room != "all" else [sum(c) for c in zip(*sums.values(), strict=True)]
        )
        lines, hit, branches, taken = numbers
        shares = f"{hit / max(lines, 1):.1%} | {branches:,} | {taken / max(branches, 1):.1%}"
        print(f"| {room} | {lines:,} | {shares} |", file=out)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
