"""The notebooks run as they stand, and each ends with an answer out of its own figures."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_four() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_output_is_kept_in_the_repository(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*\.?\d*", text)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, list[NotebookNode]]:
    """
    Run all notebooks in one kernel, which forgets the names of one before the next.

    A kernel takes seconds to start, and what the library has read for one notebook serves another.
    """
    folder = tmp_path_factory.mktemp("notebooks")
    cells = {path: nbformat.read(path, as_version=4).cells for path in NOTEBOOKS}
    together = nbformat.v4.new_notebook()
    for own in cells.values():
        together.cells += [nbformat.v4.new_code_cell("%reset -f"), *own]
    where = {"metadata": {"path": str(folder)}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder))
        patch.setenv("TMPDIR", str(folder))
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        NotebookClient(
            together, timeout=120, kernel_name="python3", resources=where, allow_errors=True
        ).execute()
    return cells


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_ends_with_an_answer(path: Path, ran: dict[Path, list[NotebookNode]]) -> None:
    cells = ran[path]
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    failed = [output.evalue for output in outputs if output.output_type == "error"]
    assert failed == []
    streams = [output for output in outputs if output.output_type == "stream"]
    assert streams == [], "a warning or a stray print is no part of a notebook"
    (answer,) = cells[-1].outputs
    said = answer.data["text/markdown"]
    assert len(numbers(said)) >= 4, said
    assert "nan" not in said
    typed = [n for n in numbers(said) if len(n) > 3 and n in cells[-1].source]
    assert typed == [], "figures are computed, not typed"
