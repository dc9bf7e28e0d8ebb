"""
Change one thing in a module at a time, and run the tests that reach it: see scripts/mutate.

The tests of a line are those that `scripts/coverage` saw there. Each change is tried in a copy of
a process that has the libraries behind it, with a limit of processor time.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.util
import json
import os
import random
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any, Final

import coverage

from proving.mutants import Mutant, mutants_of, mutated

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("geo", "labour", "classify", "definitions", "decisions", "measures")
_MOST_TESTS: Final = 25
_MOST_OTHERS: Final = 300  # that are run if none of the first notices
KILLED, SURVIVED, UNREACHED, ENDLESS = "killed", "survived", "unreached", "endless"
UNTOLD: Final = "untold"  # its other tests do not pass, or not in time, on the code as it is


def main() -> int:
    """Try a sample, and list what no test noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", nargs="*", help="such as localarea/geo/postcodes.py")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--seconds", type=int, default=40, help="of processor time for each")
    parser.add_argument("--data", type=Path, default=ROOT / "out/proving/.coverage")
    parser.add_argument("--out", type=Path, default=ROOT / "out/proving/mutants.jsonl")
    asked = parser.parse_args()
    data = coverage.CoverageData(str(asked.data))
    data.read()
    chosen = _chosen(asked.modules, asked.sample, asked.seed)
    _warm()
    every = [(module, mutant, _tests_of(data, module, mutant)) for module, mutant in chosen]
    needed = sorted({test for _, _, (tests, _) in every for test in tests})
    if needed and not _hold_unchanged(needed):
        print("tests fail on the code as it is: nothing can be told", file=sys.stderr)
        return 2
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    count: dict[str, int] = {}
    with asked.out.open("a", encoding="utf-8") as out:
        for module, mutant, (tests, others) in every:
            fate = _try(module, mutant, tests, asked.seconds) if tests else UNREACHED
            run = len(tests)
            if fate == SURVIVED and others:
                run += len(others)
                fate = _try(module, mutant, others, 6 * asked.seconds)
                if fate != SURVIVED and _try("", None, others, 6 * asked.seconds) != SURVIVED:
                    fate = UNTOLD
            count[fate] = count.get(fate, 0) + 1
            place = f"{module}:{mutant.line}"
            line = {"place": place, "fate": fate, "change": mutant.said, "tests": run}
            out.write(json.dumps(line) + "\n")
            out.flush()
            if fate != KILLED:
                print(f"{fate}: {place}  {mutant.said}", flush=True)
    print(", ".join(f"{number} {fate}" for fate, number in sorted(count.items())))
    return 0


def _chosen(modules: list[str] | None, sample: int, seed: int) -> list[tuple[str, Mutant]]:
    """Draw changes: every module has the same chance for each of its own."""
    names = modules or [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in sorted((ROOT / "localarea" / room).rglob("*.py"))
        if "migrations" not in path.parts and not _compiled(path)
    ]
    every = [
        (name, mutant) for name in names for mutant in mutants_of((ROOT / name).read_text("utf-8"))
    ]
    print(f"{len(every):,} changes of {len(names)} modules; {min(sample, len(every))} are tried")
    return random.Random(seed).sample(  # noqa: S311 -- a sample that can be drawn again
        every, min(sample, len(every))
    )


def _compiled(path: Path) -> bool:
    """Tell the modules of numba, whose lines no test is seen to reach."""
    return "_kernel" in str(path)


def _tests_of(
    data: coverage.CoverageData, module: str, mutant: Mutant
) -> tuple[list[str], list[str]]:
    """
    List tests that reach a line; of a line that runs on import, tests that reach the module.

    Returns
    -------
    list of str, list of str
        A few, spread over all, and the others.
    """
    by_line = data.contexts_by_lineno(str(ROOT / module))
    names = {n for at in range(mutant.line, mutant.last + 1) for n in by_line.get(at, ()) if n}
    if not names:
        names = {name for found in by_line.values() for name in found if name}
    # pytest imports a module for its examples by its path, and so without the change.
    names = {name for name in names if name.split("::")[0] != module}
    ordered = sorted(names, key=lambda name: (not name.startswith("tests/unit"), name))
    few = _spread(ordered, _MOST_TESTS)
    return few, _spread([name for name in ordered if name not in few], _MOST_OTHERS)


def _spread(names: list[str], most: int) -> list[str]:
    if len(names) <= most:
        return names
    return [names[at * len(names) // most] for at in range(most)]


def _warm() -> None:
    """Import what every test needs but nothing of localarea, which must be imported changed."""
    for name in ("pytest", "numba", "pandas", "geopandas", "pyarrow.parquet", "scipy.sparse",
                 "sqlalchemy", "shapely", "lxml.etree", "openpyxl"):  # fmt: skip
        importlib.import_module(name)


def _hold_unchanged(tests: list[str]) -> bool:
    child = os.fork()
    if child == 0:
        os._exit(_run("", 0, tests))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _try(module: str, mutant: Mutant | None, tests: list[str], seconds: int) -> str:
    child = os.fork()
    if child == 0:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
        os._exit(_run(module, mutant.number if mutant else 0, tests))
    began = time.monotonic()
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() - began > 12 * seconds:  # it waits for something that never comes
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.05)
    if os.WIFSIGNALED(status):
        return ENDLESS
    return SURVIVED if os.waitstatus_to_exitcode(status) == 0 else KILLED


def _run(module: str, number: int, tests: list[str]) -> int:
    import pytest

    said = os.open(ROOT / "out/proving/tests.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if module:
        sys.meta_path.insert(0, _Changed(module, number))
    os.chdir(ROOT)
    files = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "not network"]
    return int(pytest.main([*files, "--no-header", *tests]))


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Import one module with the change in it."""

    def __init__(self, module: str, number: int) -> None:
        self.path, self.number = str(ROOT / module), number
        self.name = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_filename(self, fullname: str) -> str:
        return self.path

    def get_data(self, path: Any) -> bytes:
        return Path(path).read_bytes()

    def get_code(self, fullname: str) -> Any:
        tree = mutated(Path(self.path).read_text("utf-8"), self.number)
        return compile(tree, self.path, "exec")


if __name__ == "__main__":
    sys.exit(main())
