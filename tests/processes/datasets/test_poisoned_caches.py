"""A cache folder that somebody else may write to: nothing of it is believed, or unpickled."""

from __future__ import annotations

import ast
import json
import os
import pickle
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from definition_cases import small_store

from localarea.datasets.storage._own_files import is_own
from localarea.datasets.storage._verified import VERIFIED_FILE
from localarea.datasets.store import DataStore
from localarea.errors import ChecksumError, FileFormatError
from localarea.options.minutes import anchor_minutes as minutes
from localarea.roads.graph import ABOUT_FILE, ARRAYS, load_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has other means than modes")
NOBODY = 65_534
# Ways in which somebody else may be able to write to a path.
OPENED: dict[str, Callable[[Path], None]] = {
    "by everybody": lambda path: path.chmod(path.stat().st_mode | 0o002),
    "everybody, sticky": lambda path: path.chmod(path.stat().st_mode | 0o1002),
    "by a group": lambda path: _give(path, -1, NOBODY, 0o020),
    "by its owner": lambda path: _give(path, NOBODY, -1, 0),
}


def _give(path: Path, user: int, group: int, mode: int) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    os.chown(path, user, group)
    path.chmod(path.stat().st_mode | mode)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_store(tmp_path_factory.mktemp("country") / "data").root


@pytest.fixture
def store(tables: Path, tmp_path: Path) -> Iterator[DataStore]:
    """Give tables with a cache folder of their own, in which one is remembered as verified."""
    made = DataStore(tables, tmp_path / "cache")
    path = made.path("postcodes")
    data = path.read_bytes()
    yield made
    path.write_bytes(data)


def again(store: DataStore) -> DataStore:
    """Open the tables as another process would."""
    return DataStore(store.root, store.cache_dir)


@pytest.mark.parametrize("way", OPENED)
@pytest.mark.parametrize("what", ["folder", "file"])
def test_no_table_passes_on_the_word_of_somebody_else(
    store: DataStore, way: str, what: str
) -> None:
    path = store.path("postcodes")
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    memory = store.cache_folder / VERIFIED_FILE
    known = json.loads(memory.read_text())
    state = path.stat()
    known[str(path)] = [state.st_size, state.st_mtime_ns, store.info("postcodes").sha256]
    memory.write_text(json.dumps(known))
    assert again(store).path("postcodes") == path  # believed, as long as it is one's own
    OPENED[way](store.cache_folder if what == "folder" else memory)
    with pytest.raises(ChecksumError):
        again(store).path("postcodes")


@pytest.mark.parametrize("way", OPENED)
@pytest.mark.parametrize("what", ["folder", "file", "link"])
def test_no_minutes_are_taken_from_somebody_else(
    store: DataStore, monkeypatch: pytest.MonkeyPatch, way: str, what: str
) -> None:
    # Of an anchor that the package has no minutes of, whose own are kept in the cache folder.
    path = minutes._cache_path("Ipswich", None, store)
    false = pa.table({minutes.COLUMN: np.ones(store.info("postcodes").rows, np.int32)})
    true = pa.table({minutes.COLUMN: np.full(store.info("postcodes").rows, 70, np.int32)})
    path.parent.mkdir(exist_ok=True)
    pq.write_table(false, path)
    assert minutes._kept("Ipswich", None, store) == path
    if what == "link":
        theirs = path.parent.parent / "theirs.parquet"
        shutil.move(path, theirs)
        path.symlink_to(theirs)
    else:
        OPENED[way](store.cache_folder if what == "folder" else path)
    assert minutes._kept("Ipswich", None, store) is None
    from localarea.options.minutes import compute as minutes_by_road

    monkeypatch.setattr(minutes_by_road, "compute_minutes", lambda *_, **__: true)
    made = minutes._kept_or_computed("Ipswich", None, again(store))
    assert made[minutes.COLUMN].unique().to_pylist() == [70]
    found = minutes._compute("Ipswich", None, again(store))
    assert isinstance(found, pa.Table) == (what == "folder")  # not read back out of such a folder


def test_one_s_own_is_own(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert is_own(tmp_path / "file")
    assert not is_own(tmp_path / "link")
    assert not is_own(tmp_path / "none")
    os.chown(tmp_path / "file", -1, os.getegid())
    (tmp_path / "file").chmod(0o664)  # as files are made where each user has a group
    assert is_own(tmp_path / "file")


class Bomb:
    """A pickle that acts when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("mapped", [True, False])
def test_no_array_of_a_road_graph_is_unpickled(tmp_path: Path, mapped: bool) -> None:
    about = {"format": 1, "shapes": False, "class_names": [], "source": "x"}
    (tmp_path / ABOUT_FILE).write_text(json.dumps(about))
    for name in ARRAYS:
        np.save(tmp_path / f"{name}.npy", np.array([Bomb(tmp_path / "acted")], object))
    with pytest.raises(FileFormatError):
        load_graph(tmp_path, mapped=mapped)
    for name in ARRAYS:  # a bare pickle under the same name
        (tmp_path / f"{name}.npy").write_bytes(pickle.dumps(Bomb(tmp_path / "acted")))
    with pytest.raises(FileFormatError):
        load_graph(tmp_path, mapped=mapped)
    assert not (tmp_path / "acted").exists()


def test_nothing_in_the_package_unpickles(repository: Path) -> None:
    """Of libraries it is known: numpy refuses, and numba reads only what lies beside our code."""
    bad = {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}
    bad |= {"read_pickle", "allow_pickle"}
    named = []
    for path in sorted((repository / "localarea").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in bad):
            continue
        for node in ast.walk(ast.parse(text)):
            names: list[str] = []
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] + [getattr(node, "module", None) or ""]
            elif isinstance(node, ast.Attribute):
                names = [node.attr]
            elif isinstance(node, ast.keyword):
                names = [node.arg or ""]
            named += [(path.name, name) for name in names if name.split(".")[0] in bad]
    assert named == []
