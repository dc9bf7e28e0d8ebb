"""
Compile the package and the tests, once for all processes of a run: ``scripts/check`` runs it.

In a new checkout each worker would otherwise compile them for itself. Gathering the tests would do
it too, and import everything besides. A test is compiled as pytest does it, with its assertions
rewritten; should a newer pytest do it in another way, the workers do it themselves.
"""

from __future__ import annotations

import compileall
from pathlib import Path
from types import SimpleNamespace

from _pytest.assertion import rewrite

REPOSITORY = Path(__file__).resolve().parents[2]


def compile_test(path: Path) -> None:
    """Write what pytest executes of a file of tests, unless it is there."""
    folder = rewrite.get_cache_dir(path)
    compiled = folder / (path.stem + rewrite.PYC_TAIL)
    if rewrite._read_pyc(path, compiled) is None:
        folder.mkdir(parents=True, exist_ok=True)
        about, code = rewrite._rewrite_test(path, None)  # type: ignore[arg-type]
        rewrite._write_pyc(SimpleNamespace(trace=print), code, about, compiled)  # type: ignore[arg-type]


if __name__ == "__main__":
    for name in ("localarea", "scripts", "benchmarks", "tests/helpers"):
        compileall.compile_dir(REPOSITORY / name, quiet=1)
    for pattern in ("conftest.py", "test_*.py"):
        for test in sorted((REPOSITORY / "tests").rglob(pattern)):
            compile_test(test)
    import matplotlib.font_manager  # noqa: F401 (looks for fonts and keeps what it found)
