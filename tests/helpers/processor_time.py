"""
Say where the processor time of tests goes: by file, and the thirty that take most.

``PYTHONPATH=tests/helpers .venv/bin/pytest -p processor_time -m "not network" tests/api``. Time by
the clock says more of what else the machine does; this counts the test's process and the processes
that ended during the test. What several tests share is counted with the first of them that asks
for it, a server that they share with the last.
"""

from __future__ import annotations

import resource
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 30
_own: Counter[str] = Counter()
_others: Counter[str] = Counter()


def _used() -> tuple[float, float]:
    """Give the seconds that this process and the ended ones among its children have used."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own, others = (used.ru_utime + used.ru_stime for used in both)
    return own, others


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Count what a test uses, with what is made for it and taken down after it."""
    own, others = _used()
    try:
        return (yield)
    finally:
        after = _used()
        _own[item.nodeid] += after[0] - own
        _others[item.nodeid] += after[1] - others


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List the files and the tests that took most."""
    tests = Counter({name: _own[name] + _others[name] for name in _own})
    files, of_files = Counter[str](), Counter[str]()
    for name, seconds in tests.items():
        file = name.split("::")[0]
        files[file] += seconds
        of_files[file] += _others[name]
    terminalreporter.write_sep("=", f"processor time: {sum(files.values()):.1f} s")
    for counted, others in ((files, of_files), (tests, _others)):
        for name, seconds in counted.most_common(SHOWN):
            line = f"{seconds:7.1f} s, {others[name]:6.1f} in others  {name}"
            terminalreporter.write_line(line)
