"""
Time the check of workbooks and text files beside what other programs take only to copy them.

    python benchmarks/bench_files.py                # 10,000, 100,000 and 1,000,000 rows
    python benchmarks/bench_files.py ROWS...
    python benchmarks/bench_files.py --quick ROWS   # without LibreOffice and openpyxl

Each file has eight columns, and is checked by ``check_any``. Beside it openpyxl loads and saves
it, pandas reads it by calamine and writes it by xlsxwriter, and
LibreOffice converts it; a text file is read and written by Arrow. None of them checks anything.
A program that is not installed is reported as absent. Every figure comes from a process of its
own, with the memory that it took at most; what loads before the task is not counted. A ratio
compares the processor time of one run, which other work on the machine distorts less than the time
by the clock. Writes ``files.json`` and ``files.md`` beside this file.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import platform
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = (10_000, 100_000, 1_000_000)
HEADERS = ("id", "supplier", "postcode", "net", "date", "directorate", "code", "description")
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
LONGEST_S = 1_800


def rows_of(count: int) -> Iterator[tuple[Any, ...]]:
    """Payments to 20,000 suppliers at real postcodes."""
    from localarea.datasets.postcodes import read_postcodes
    from localarea.geo.postcodes import postcode_of

    draw = random.Random(2019)
    keys = read_postcodes(["key"])["key"].to_numpy()
    postcodes = [postcode_of(int(keys[draw.randrange(len(keys))])) for _ in range(20_000)]
    for number in range(count):
        supplier = draw.randrange(20_000)
        yield (
            number + 1,
            f"Supplier {supplier} & Sons",
            postcodes[supplier],
            draw.randrange(100, 10_000_000) / 100,
            f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
            ("Environment", "Adult care", "Highways")[number % 3],
            f"C{number % 977:04d}",
            "Goods, services and works" if number % 4 == 0 else "Works",
        )


def make_csv(path: Path, count: int) -> None:
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(rows_of(count))


def make_xlsx(path: Path, count: int) -> None:
    import datetime as dt

    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Payments")
    page.append(HEADERS)
    for row in rows_of(count):
        page.append([*row[:4], dt.date.fromisoformat(row[4]), *row[5:]])
    book.save(path)


def make_ods(path: Path, count: int) -> None:
    """Write a spreadsheet as LibreOffice does: each row to the end of the sheet."""
    names = " ".join(
        f'xmlns:{prefix}="{OASIS}{prefix}:1.0"' for prefix in ("office", "table", "text", "style")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", kind, zipfile.ZIP_STORED)
        with package.open("content.xml", "w", force_zip64=True) as part:
            part.write(
                f'<office:document-content {names} office:version="1.2"><office:automatic-styles/>'
                '<office:body><office:spreadsheet><table:table table:name="Payments">'
                '<table:table-column table:number-columns-repeated="16384"/>'.encode()
            )
            for row in (HEADERS, *rows_of(count)):
                part.write(_ods_row(row).encode())
            part.write(
                b"</table:table></office:spreadsheet></office:body></office:document-content>"
            )
        package.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{OASIS}manifest:1.0" manifest:version="1.2">'
            + entry.format("/", kind)
            + entry.format("content.xml", "text/xml")
            + "</manifest:manifest>",
        )


def _ods_row(row: tuple[Any, ...]) -> str:
    cells = []
    for place, value in enumerate(row):
        about = 'string"'
        if isinstance(value, int | float):
            about = f'float" office:value="{value}"'
        elif place == 4 and value != "date":
            about = f'date" office:date-value="{value}"'
        cells.append(
            f'<table:table-cell office:value-type="{about}><text:p>{escape(str(value))}</text:p>'
            "</table:table-cell>"
        )
    rest = f'<table:table-cell table:number-columns-repeated="{16_384 - len(row)}"/>'
    return f"<table:table-row>{''.join(cells)}{rest}</table:table-row>"


def check(source: Path, out: Path) -> Callable[[], object]:
    """Check the file, after the index is loaded and the code compiled."""
    from localarea.checking.check_file import check_any
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    council = read_council()
    classifier = Classifier(boundary_of_option(option_zones(council.default_option, council)))
    warm = out.with_name("warm.csv")
    warm.write_text("postcode\n" + "CO1 1JB\n" * 150_000, encoding="utf-8")
    check_any(warm, classifier, out=out.with_name("warm.out.csv"))
    return lambda: check_any(source, classifier, out=out)


def load_and_save(source: Path, out: Path) -> Callable[[], object]:
    import openpyxl

    return lambda: openpyxl.load_workbook(source).save(out)


def pandas_round_trip(source: Path, out: Path) -> Callable[[], object]:
    import pandas as pd

    writer = "xlsxwriter" if out.suffix == ".xlsx" else None
    read = functools.partial(pd.read_excel, source, engine="calamine")
    return lambda: read().to_excel(out, index=False, engine=writer)


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _absent(task: str, kind: str) -> str:
    """Say what a task lacks here; empty if nothing."""
    lacks = []
    if task == "libreoffice" and not shutil.which("soffice"):
        lacks.append("LibreOffice")
    if task == "pandas" and not _has("python_calamine"):
        lacks.append("calamine")
    if task == "pandas" and kind == "xlsx" and not _has("xlsxwriter"):
        lacks.append("xlsxwriter")
    return f"absent: {' and '.join(lacks)}" if lacks else ""


def arrow_round_trip(source: Path, out: Path) -> Callable[[], object]:
    """Read every column as text and write it again."""
    import pyarrow as pa
    from pyarrow import csv

    convert = csv.ConvertOptions(column_types=dict.fromkeys(HEADERS, pa.string()))
    return lambda: csv.write_csv(csv.read_csv(source, convert_options=convert), out)


def libreoffice(source: Path, out: Path) -> Callable[[], object]:
    """Convert the file to its own type; the start of the program is part of it."""
    folder = out.parent / "converted"
    command = [
        *("soffice", f"-env:UserInstallation=file://{out.parent}/profile", "--headless"),
        *("--convert-to", source.suffix[1:], "--outdir", str(folder), str(source)),
    ]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def measured(
    prepare: Callable[[Path, Path], Callable[[], object]], source: Path, out: Path
) -> tuple[float, float]:
    """Return the seconds of a task by the clock, and of processor time with its processes."""
    task = prepare(source, out)
    started, before = time.perf_counter(), processor_s()
    task()
    return time.perf_counter() - started, processor_s() - before


def processor_s() -> float:
    """Return the processor time so far; of ended children too, which is counted in ticks."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


MAKERS = {"csv": make_csv, "xlsx": make_xlsx, "ods": make_ods}
TASKS = {
    "check": check,
    "openpyxl": load_and_save,
    "pandas": pandas_round_trip,
    "libreoffice": libreoffice,
    "arrow": arrow_round_trip,
}
BESIDE = {
    "csv": ("arrow",),
    "xlsx": ("openpyxl", "pandas", "libreoffice"),
    "ods": ("pandas", "libreoffice"),
}
SLOW = ("openpyxl", "libreoffice")


def in_own_process(task: str, source: Path, out: Path) -> dict[str, Any]:
    """Run one task; the best of three where that is soon done."""
    command = [sys.executable, __file__, "--task", task, str(source), str(out)]
    runs: list[dict[str, Any]] = []
    while len(runs) < 3 and sum(run["seconds"] for run in runs) < 30:
        try:
            done = subprocess.run(
                command, check=True, capture_output=True, text=True, timeout=LONGEST_S
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            return {"failed": type(error).__name__}
        runs.append(json.loads(done.stdout))
    return min(runs, key=lambda run: run["processor_s"])


def measure(kind: str, rows: int, *, quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / f"in.{kind}", Path(folder) / f"out.{kind}"
        MAKERS[kind](source, rows)
        found: dict[str, Any] = {"kind": kind, "rows": rows}
        found["megabytes_in"] = round(source.stat().st_size / 1e6, 1)
        for task in ("check", *BESIDE[kind]):
            if quick and task in SLOW:
                continue
            absent = _absent(task, kind)
            found[task] = {"failed": absent} if absent else in_own_process(task, source, out)
        ours = found["check"].get("processor_s")
        found["check_over"] = {
            task: round(ours / found[task]["processor_s"], 2)
            for task in BESIDE[kind]
            if ours and "processor_s" in found.get(task, {})
        }
        found["load_average"] = round(os.getloadavg()[0], 1)
        return found


def as_markdown(document: dict[str, Any]) -> str:
    lines = [
        f"Measured on {document['cores']} cores; Python {document['python']}. Seconds of processor "
        "time and by the clock, megabytes of memory at most, and the load at the end of each file.",
        "",
        "| file | rows | MB | program | processor | clock | memory, MB | load | check takes |",
        "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for found in document["files"]:
        for task in ("check", *BESIDE[found["kind"]]):
            if task not in found:
                continue
            run = found[task]
            ratio = found["check_over"].get(task)
            figures = (
                [run["failed"], "", ""]
                if "failed" in run
                else [f"{run['processor_s']:.2f}", f"{run['seconds']:.2f}", f"{run['peak_mb']:,}"]
            )
            figures.append(f"{found['load_average']:.1f}")
            cells = [found["kind"], f"{found['rows']:,}", f"{found['megabytes_in']:,}", task]
            times = f"{ratio:.2f} times as long" if ratio else ""
            lines.append(f"| {' | '.join([*cells, *figures, times])} |")
    return "\n".join(lines) + "\n"


def main(sizes: list[int], *, quick: bool) -> None:
    files = [measure(kind, rows, quick=quick) for rows in sizes for kind in MAKERS]
    document = {
        "files": files,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "calamine": _has("python_calamine"),
        "xlsxwriter": _has("xlsxwriter"),
    }
    here = Path(__file__).parent
    (here / "files.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    (here / "files.md").write_text(as_markdown(document), encoding="utf-8")
    print(as_markdown(document))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        seconds, processor_s = measured(TASKS[sys.argv[2]], Path(sys.argv[3]), Path(sys.argv[4]))
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        peak_mb = round(max(own, started) / 1024)
        print(json.dumps({"seconds": seconds, "processor_s": processor_s, "peak_mb": peak_mb}))
    else:
        asked = [int(text.replace(",", "")) for text in sys.argv[1:] if text != "--quick"]
        main(asked or list(SIZES), quick="--quick" in sys.argv)
