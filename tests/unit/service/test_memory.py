"""What a service holds no longer than it has use for it."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from service_cases import settings_in

from localarea.classify import verdicts
from localarea.classify.boundary import Boundary
from localarea.classify.index import read_index
from localarea.classify.loaded import british_points
from localarea.classify.verdicts import build_verdicts
from localarea.datasets.store import default_store, store_at
from localarea.options import zone_figures
from localarea.service.state import memory
from localarea.service.state.state import State

if TYPE_CHECKING:
    from localarea.datasets.store import DataStore

# Of Linux's mmap(2).
_PRIVATE, _FIXED, _ANONYMOUS = 0x02, 0x10, 0x20
_C = ctypes.CDLL(None)
if sys.platform == "linux":
    _C.mmap.restype = ctypes.c_void_p
    _C.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    _C.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]


def test_memory_is_given_back_where_the_c_library_can_and_where_it_cannot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    class Glibc:
        def malloc_trim(self, pad: int) -> None:
            asked.append(pad)

    monkeypatch.setattr(memory.sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Glibc())
    memory.give_back()
    assert asked == [0]
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())  # musl has no such function
    memory.give_back()
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    memory.give_back()
    assert asked == [0]


def test_what_is_free_is_returned_from_the_start_where_the_c_library_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, int]] = []
    pools: list[str] = []

    class Glibc:
        def mallopt(self, what: int, value: int) -> None:
            asked.append((what, value))

    monkeypatch.delenv("ARROW_DEFAULT_MEMORY_POOL", raising=False)
    monkeypatch.setattr(memory, "_SERVING", Event())
    monkeypatch.setattr(pa, "set_memory_pool", lambda pool: pools.append(pool.backend_name))
    monkeypatch.setattr(memory.sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Glibc())
    memory.hold_little()
    # As glibc's malloc.h numbers them: M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX.
    assert asked == [(-1, 33_554_432), (-3, 33_554_432), (-8, 2)]
    assert pools == ["system"]
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    memory.hold_little()
    assert (len(asked), pools) == (3, ["system"])


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells which pages a process has")
def test_pages_of_a_file_that_was_only_read_go_until_they_are_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = ["stat", "--file-system", "--format=%T", os.fspath(tmp_path)]
    if subprocess.run(kind, capture_output=True, text=True, check=True).stdout == "tmpfs\n":
        pytest.skip("what is kept in memory alone cannot be read from a disk again")
    length = 32 << 20
    path = tmp_path / "library"
    with path.open("wb") as stream:
        stream.write(b"\x07" * length)
        os.fsync(stream.fileno())
    at = _mapped_at(path, length)
    assert ctypes.string_at(at, length) == b"\x07" * length
    before = _resident(at)
    monkeypatch.setattr(memory, "_SERVING", Event())
    memory.give_back()
    assert before == _resident(at) == length  # in a notebook it would be read again at once
    monkeypatch.setattr(memory, "_SERVING", _served())
    memory.give_back()
    assert _resident(at) < length / 10  # the kernel may be busy with some of them
    assert ctypes.string_at(at, length) == b"\x07" * length
    _C.munmap(at, length)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone says what is mapped where")
def test_what_another_thread_maps_at_the_place_of_a_library_keeps_its_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    length = 1 << 20
    at = _mapped_at(Path(sys.executable), length)
    advised: list[int] = []

    class Glibc:
        def madvise(self, start: ctypes.c_void_p, size: ctypes.c_size_t, advice: int) -> int:
            if start.value == at:  # between the reading of the addresses and the advice
                advised.append(advice)
                assert _C.mmap(at, length, 3, _PRIVATE | _FIXED | _ANONYMOUS, -1, 0) == at
                ctypes.memset(at, 7, length)
            return int(_C.madvise(start, size, advice))

    monkeypatch.setattr(memory, "_of_glibc", lambda name: getattr(Glibc(), name, None))
    monkeypatch.setattr(memory, "_SERVING", _served())
    memory.give_back()
    assert len(advised) == 1
    assert ctypes.string_at(at, length) == b"\x07" * length
    _C.munmap(at, length)


def _served() -> Event:
    served = Event()
    served.set()
    return served


def _mapped_at(path: Path, length: int) -> int:
    """Map the beginning of a file as a loader maps the code of a library: private, read only."""
    with path.open("rb") as stream:
        return int(_C.mmap(None, length, 1, _PRIVATE, stream.fileno(), 0))


def _resident(at: int) -> int:
    """Return how many bytes of the mapping at an address are in memory."""
    told = Path("/proc/self/smaps").read_text(encoding="utf-8", errors="replace")
    found = re.search(rf"^{at:x}-.*?^Rss: +(\d+) kB", told, re.MULTILINE | re.DOTALL)
    assert found is not None
    return int(found[1]) * 1024


def test_what_arrow_holds_free_goes_back_too() -> None:
    pool = pa.default_memory_pool()
    before = pool.bytes_allocated()
    made = pa.array(np.arange(1_000_000))
    del made
    memory.give_back()
    assert pool.bytes_allocated() <= before


def test_the_tables_of_the_flows_go_when_they_are_no_longer_needed() -> None:
    zone_figures._flow_tables(2011, default_store())
    zone_figures.forget_tables()
    assert zone_figures._flow_tables.cache_info().currsize == 0


def test_boundaries_of_one_directory_share_its_index_and_its_grid_references(
    small_tables: DataStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_at(small_tables.root, tmp_path / "cache")
    read: list[str] = []
    monkeypatch.setattr(
        verdicts, "read_index", lambda of, *, store: read.append(of) or read_index(of, store=store)
    )
    first, second = (
        build_verdicts(Boundary(name, frozenset(zones), "msoa11", "Here", "a test"), store=store)
        for name, zones in (("one", {"E02004509"}), ("other", {"E02004510"}))
    )
    assert read == ["msoa11"]
    assert first.index is second.index
    references = british_points(first.index, store=store)
    assert british_points(second.index, store=store) is references
    assert not any(column.flags.writeable for column in references)


def test_a_directory_that_was_put_in_the_place_of_another_is_read(
    small_tables: DataStore, tmp_path: Path
) -> None:
    copied = shutil.copytree(small_tables.root, tmp_path / "data")
    store = store_at(copied, tmp_path / "cache")
    boundary = Boundary("one", frozenset({"E02004509"}), "msoa11", "Here", "a test")
    before = build_verdicts(boundary, store=store).index
    path = copied / "postcodes.parquet"
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(1, 1))
    assert build_verdicts(boundary, store=store).index is not before


def test_pages_are_prepared_before_a_process_is_copied_and_are_not_again_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(State, "_ready", lambda _state: None)

    def page(state: State) -> None:
        state.drawn("page", lambda: drawn.append("page"))

    state = State(settings_in(tmp_path))
    state.prepare([page])
    assert drawn == ["page"]
    state.warm([page]).join(30)  # as each copy does
    assert drawn == ["page"]
    state.close()


def test_options_wait_for_what_comes_first_and_its_fault_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    monkeypatch.setattr(State, "_ready", lambda _state: done.append("ready"))
    state = State(settings_in(tmp_path))

    def first(closing: Event) -> None:
        assert not closing.is_set()
        assert state._session_lock.locked()
        done.append("first")
        raise OSError("no room for a process")

    state.warm(first=first).join(30)
    assert done == ["first", "ready"]
    assert "what comes before the options failed" in caplog.text
    state.close()
