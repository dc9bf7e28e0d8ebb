"""What is written in passing while a file is read lies beside the file, and goes with it."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from localarea.service.files import mend_process, read_process, reading, worker
from localarea.service.files.runner import _Attempt

if TYPE_CHECKING:
    from types import ModuleType

FOLDER = "0123456789abcdef0123456789abcdef"


class BoundError(Exception):
    """Stands for the limits, which this process must not get."""


@pytest.mark.parametrize(
    ("process", "asked"),
    [
        (worker, {"source": "{}/input", "result": "result-1", "seconds": 1}),
        (mend_process, {"mended": "{}/mended.xlsx"}),
        (read_process, {"paths": ["{}/0/returns.csv"], "near": "{}/0/.passing"}),
    ],
)
def test_each_process_writes_in_passing_in_the_folder_of_the_file(
    process: ModuleType,
    asked: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def bound(_memory: int, _seconds: int, near: Path) -> None:
        places.append(near)
        raise BoundError

    places: list[Path] = []
    folder = tmp_path / FOLDER
    told = json.dumps(asked).replace("{}", str(folder))
    monkeypatch.setattr(process, "bound_process", bound)
    monkeypatch.setattr("sys.stdin", io.StringIO(told + "\n"))
    monkeypatch.setattr("os.nice", lambda _: 0)
    with pytest.raises(BoundError):
        process.main()
    assert folder in places[0].parents


def test_readers_name_a_folder_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(_command: object, question: dict[str, Any], **_: object) -> dict[str, Any]:
        asked.append(question)
        return {"tables": [], "texts": {}}

    asked: list[dict[str, Any]] = []
    path, near = tmp_path / "returns.csv", tmp_path / "columns.npz"
    monkeypatch.setattr(reading, "ask_apart", ask)
    reading.read_apart([path])
    reading.read_exchange_apart([path])
    with pytest.raises(FileNotFoundError):  # of the columns, which nobody wrote
        reading.read_payments_apart([path], {}, None, near)
    assert [Path(question["near"]).parent for question in asked] == [tmp_path] * 3


def test_libraries_are_told_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("resource.setrlimit", "os.umask", "pathlib.Path.write_text"):
        monkeypatch.setattr(name, lambda *_: None)
    monkeypatch.setattr("warnings.showwarning", None)
    monkeypatch.setattr("logging.lastResort", None)
    monkeypatch.setattr(tempfile, "tempdir", None)
    read_process.bound_process(1, 1, tmp_path / "near")
    with tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == tmp_path / "near"


@pytest.mark.parametrize(
    ("kept", "held", "left"),
    [
        (True, True, {"input", "detail.json", "NEW.csv"}),
        (False, True, {"input", "detail.json", "result-0000aaaa.csv", ".localarea-x"}),
        # Others may have taken the job over, and be at work in the same folder.
        (
            False,
            False,
            {"input", "detail.json", "result-0000aaaa.csv", ".localarea-x", "OLD.passing"},
        ),
    ],
)
def test_what_an_attempt_began_goes_with_it(
    tmp_path: Path, *, kept: bool, held: bool, left: set[str]
) -> None:
    runner: Any = SimpleNamespace(folder_of=lambda _: tmp_path)
    job: Any = SimpleNamespace(id=FOLDER)
    attempt = _Attempt(runner, job)
    for name in ("input", "detail.json", "result-0000aaaa.csv", f"{attempt.result}.csv"):
        (tmp_path / name).touch()
    for name in (".localarea-x", "OLD.passing", f"{attempt.result}.passing"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.xlsx").touch()
    attempt._tidy(kept=kept, held=held)
    found = {path.name.replace(attempt.result, "NEW") for path in tmp_path.iterdir()}
    assert found == left
