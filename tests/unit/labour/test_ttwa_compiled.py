"""What numba has compiled is used again only while all modules it was made of are the same."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from numba.core.caching import NullCache
from numba.core.dispatcher import Dispatcher

from localarea.labour.travel_to_work_areas._kernel import entries

FOLDER = Path(entries.__file__).parent
ENTRIES = ("start", "advance", "open_ledgers")


def test_the_digest_is_another_if_any_module_is(tmp_path: Path) -> None:
    for path in FOLDER.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert entries.digest_of(tmp_path) == entries.digest_of(FOLDER)
    for path in sorted(tmp_path.glob("*.py")):
        before = entries.digest_of(tmp_path)
        path.write_bytes(path.read_bytes() + b"\n# one line more\n")
        assert entries.digest_of(tmp_path) != before


def test_what_is_kept_holds_the_digest_in_its_closure() -> None:
    digest = entries.digest_of(FOLDER)
    for name in ENTRIES:
        closure = getattr(entries, name).py_func.__closure__
        assert digest in [cell.cell_contents for cell in closure]


def test_nothing_else_is_kept() -> None:
    """A function kept by itself would go on calling what its callees were."""
    package = entries.__name__.rpartition(".")[0]
    found = {}
    for path in FOLDER.glob("*.py"):
        module = import_module(f"{package}.{path.stem}")
        for name, value in vars(module).items():
            if isinstance(value, Dispatcher):
                found[f"{path.stem}.{name}"] = not isinstance(value._cache, NullCache)
    assert {name for name, kept in found.items() if kept} == {f"entries.{name}" for name in ENTRIES}
    assert len(found) > 40
