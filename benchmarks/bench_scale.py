"""
How far one machine goes: Parquet on two workers against one process, joins, and long files.

    python benchmarks/bench_scale.py                    # all parts, as recorded in scale.json
    python benchmarks/bench_scale.py parquet ROWS       # 100,000,000 by default
    python benchmarks/bench_scale.py joins ROWS         # 20,000,000 by default
    python benchmarks/bench_scale.py frames             # five million rows in memory
    python benchmarks/bench_scale.py files ROWS...      # 200,000, 500,000 and 1,000,000 by default

Every figure comes from a process of its own, so that its peak memory is that of the work alone.
Spark is left out where PySpark is missing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localarea.classify.classifier import Classifier

FILE_ROWS = 5_000_000
FILE_SIZES = (200_000, 500_000, 1_000_000)
EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"


def make_spend(folder: Path, rows: int) -> None:
    """Write spend lines as Parquet, with postcodes drawn at random, half as typed in haste."""
    import pyarrow.parquet as pq

    folder.mkdir()
    for number, table in enumerate(_spend(rows)):
        pq.write_table(table, folder / f"part-{number:04d}.parquet", compression="zstd")


def make_joined(folder: Path, rows: int) -> None:
    """Write spend as one file, and the index of the whole country, as a definition exports it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from localarea.classify.codes import MEANINGS
    from localarea.datasets.postcodes import read_postcodes
    from localarea.geo.postcodes import postcode_of

    folder.mkdir()
    first, *others = _spend(rows)
    with pq.ParquetWriter(folder / "spend.parquet", first.schema, compression="zstd") as writer:
        for table in (first, *others):
            writer.write_table(table)
    keys = read_postcodes(["key"])["key"].to_pylist()
    statuses = [MEANINGS[code].status for code in _classifier().verdicts.codes.tolist()]
    index = {
        "postcode": [postcode_of(key).replace(" ", "") for key in keys],
        "status": pa.array(statuses).dictionary_encode(),
    }
    pq.write_table(pa.table(index), folder / "local.parquet", compression="zstd")


def _spend(rows: int) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    rng = np.random.default_rng(1)
    neat = pa.array(_postcodes(rng))
    known = pa.concat_arrays([neat, pc.utf8_lower(pc.replace_substring(neat, " ", ""))])
    for start in range(0, rows, FILE_ROWS):
        count = min(FILE_ROWS, rows - start)
        which = pa.array(rng.integers(0, len(known), count))
        amounts = rng.integers(100, 10_000_000, count)
        yield pa.table({"amount_pence": amounts, "supplier_postcode": known.take(which)})


def _postcodes(rng: np.random.Generator) -> list[str]:
    from localarea.datasets.postcodes import read_postcodes
    from localarea.geo.postcodes import postcode_of

    keys = read_postcodes(["key"])["key"].to_numpy()
    return [postcode_of(int(key)) for key in rng.choice(keys, 200_000, replace=False)]


def alone(folder: Path, out: Path) -> dict[str, Any]:
    """Check the folder in this process."""
    classifier = _classifier()
    _ = classifier.verdicts
    return _checked(folder, out, classifier, None) | {"peak_mb": [_peak_mb()]}


def together(folder: Path, out: Path) -> dict[str, Any]:
    """Check the folder on a local cluster of two workers of one thread each."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        done = _checked(folder, out, _classifier(), client)
        return done | {"peak_mb": sorted(client.run(_peak_mb).values())}


def _checked(folder: Path, out: Path, classifier: Classifier, client: Any) -> dict[str, Any]:
    from localarea.checking.parquet import check_parquet

    started = time.perf_counter()
    report = check_parquet(folder, classifier, out=out, client=client)
    seconds = time.perf_counter() - started
    counts = {"rows": report.rows, "by_status": report.by_status, "by_reason": report.by_reason}
    size = sum(path.stat().st_size for path in out.rglob("*.parquet"))
    return {
        "seconds": round(seconds, 1),
        "million_rows_per_second": round(report.rows / seconds / 1e6, 2),
        "megabytes_out_per_million_rows": round(size / report.rows, 2),
        **counts,
    }


def by_frame(kind: str) -> dict[str, Any]:
    """Check five million messy rows in memory, three times, and keep the quickest."""
    from localarea.checking.frames import check_frame

    table = next(_spend(FILE_ROWS))
    frame = table if kind == "arrow" else table.to_pandas()
    classifier = _classifier()
    check_frame(frame[:10], classifier)
    times = []
    for _ in range(3):
        started = time.perf_counter()
        check_frame(frame, classifier)
        times.append(time.perf_counter() - started)
    rate = round(FILE_ROWS / min(times) / 1e6, 2)
    return {"seconds": round(min(times), 2), "million_rows_per_second": rate}


def frames_of(_folder: Path, _out: Path) -> dict[str, Any]:
    """Measure `check_frame` on an Arrow table and on a pandas frame."""
    return {"rows": FILE_ROWS, "arrow": by_frame("arrow"), "pandas": by_frame("pandas")}


def by_localarea(folder: Path, out: Path) -> dict[str, Any]:
    """Check the one file as ``check-file`` does."""
    from localarea.checking.parquet import check_parquet

    classifier = _classifier()
    _ = classifier.verdicts
    started = time.perf_counter()
    check_parquet(folder / "spend.parquet", classifier, out=out)
    return _joined(out, started)


def by_duckdb(folder: Path, out: Path) -> dict[str, Any]:
    """Run the example of DuckDB."""
    import duckdb

    os.chdir(folder)
    started = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute((EXAMPLES / "duckdb_join.sql").read_text(encoding="utf-8"))
    done = _joined(folder / "spend-checked.parquet", started)
    (folder / "spend-checked.parquet").rename(out)
    return done


def by_spark(folder: Path, out: Path) -> dict[str, Any]:
    """Run the example of Spark on two threads; the start of its machine counts."""
    from importlib.util import find_spec

    if find_spec("pyspark") is None:
        return {}
    given = "--master local[2] --conf spark.ui.enabled=false --driver-memory 3g pyspark-shell"
    paths = [str(folder / "spend.parquet"), str(folder / "local.parquet"), str(out)]
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, str(EXAMPLES / "pyspark_join.py"), *paths],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYSPARK_SUBMIT_ARGS": given, "SPARK_LOCAL_IP": "127.0.0.1"},
    )
    done = _joined(out, started)
    del done["peak_mb"]  # of this process, and the work is done by another
    return done


def _joined(out: Path, started: float) -> dict[str, Any]:
    """Count what was written, after the clock has stopped."""
    import pyarrow.parquet as pq

    seconds, peak = time.perf_counter() - started, _peak_mb()
    statuses = pq.read_table(out, columns=["local_status"])["local_status"].cast("string")
    counts = {row["values"]: row["counts"] for row in statuses.value_counts().to_pylist()}
    return {
        "seconds": round(seconds, 1),
        "million_rows_per_second": round(len(statuses) / seconds / 1e6, 2),
        "by_status": dict(sorted(counts.items())),
        "peak_mb": peak,
    }


def make_text(path: Path, rows: int) -> None:
    """Write suppliers as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in _suppliers(rows):
            file.write(",".join(row) + "\r\n")


def make_workbook(path: Path, rows: int) -> None:
    """Write suppliers as a workbook whose texts are shared, as Excel's are."""
    import zipfile
    from xml.sax.saxutils import escape

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in _WORKBOOK_PARTS.items():
            book.writestr(name, content)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            for row in _suppliers(rows):
                cells = "".join(_cell_xml(cell, texts) for cell in row)
                sheet.write(f"<row>{cells}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w") as strings:
            strings.write(f'<sst xmlns="{main}">'.encode())
            for text in texts:
                strings.write(f"<si><t>{escape(text)}</t></si>".encode())
            strings.write(b"</sst>")


def _cell_xml(text: str, texts: dict[str, int]) -> str:
    if text[0].isdigit() and "." in text:
        return f"<c><v>{text}</v></c>"
    return f'<c t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'


def _suppliers(rows: int) -> Any:
    picked = _postcodes(np.random.default_rng(2019))
    yield ("supplier_id", "supplier_name", "trading_postcode", "annual_spend_gbp")
    for row in range(rows):
        postcode = picked[row % len(picked)]
        postcode = postcode.lower() if row % 4 == 1 else postcode
        postcode = postcode.replace(" ", "") if row % 4 == 2 else postcode
        yield (f"S{row:07d}", f"Example Supplier {row} Ltd", postcode, f"{row * 37 % 1_000_003}.50")


def check_one(source: Path, out: Path) -> dict[str, Any]:
    """Check one file as the command does."""
    from localarea.checking.check_file import check_any
    from localarea.cli.files.file_checks import checking

    classifier = _classifier()
    _ = classifier.verdicts
    started = time.perf_counter()
    with checking(source, None) as (_, advance):
        report = check_any(source, classifier, out=out, progress=advance)
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "rows": report.rows,
        "by_status": report.by_status,
        "megabytes_in": round(source.stat().st_size / 1e6, 1),
        "megabytes_out": round(out.stat().st_size / 1e6, 1),
        "peak_mb": round(_peak_mb()),
    }


def _classifier() -> Classifier:
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    return Classifier(boundary_of_option(option_zones("ttwa-official", read_council())))


def _peak_mb() -> float:
    # Not ru_maxrss, which a process inherits from the one that started it.
    status = Path("/proc/self/status").read_text()
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1e3)


def in_own_process(task: str, *paths: Path, rows: int = 0) -> dict[str, Any]:
    """Run one task in a fresh process, with how busy the machine was before and after."""
    before = os.getloadavg()[0]
    command = [sys.executable, __file__, "task", task, str(rows), *map(str, paths)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(done) if done.strip() else {}
    return found | {"load_average": [round(before, 2), round(os.getloadavg()[0], 2)]}


def parquet(rows: int) -> dict[str, Any]:
    """Measure one process and two workers on the same folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "spend"
        in_own_process("make_spend", folder, rows=rows)
        size = sum(path.stat().st_size for path in folder.iterdir())
        one = in_own_process("alone", folder, Path(name) / "alone")
        two = in_own_process("together", folder, Path(name) / "two")
    same = all(one[key] == two[key] for key in ("rows", "by_status", "by_reason"))
    assert same
    assert one["rows"] == rows
    return {
        "rows": rows,
        "megabytes_in_per_million_rows": round(size / rows, 2),
        "same_counts": same,
        "one_process": one,
        "two_workers": two,
        "two_over_one_seconds": round(two["seconds"] / one["seconds"], 2),
    }


def joins(rows: int) -> dict[str, Any]:
    """Measure the two tested joins beside ``check-file``, on the same file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "both"
        in_own_process("make_joined", folder, rows=rows)
        index = (folder / "local.parquet").stat().st_size
        tasks = ("by_localarea", "by_duckdb", "by_spark")
        found = {task: in_own_process(task, folder, Path(name) / task) for task in tasks}
    counts = [done["by_status"] for done in found.values() if "by_status" in done]
    assert all(count == counts[0] for count in counts)
    return {"rows": rows, "index_megabytes": round(index / 1e6, 1), "same_counts": True, **found}


def files(sizes: tuple[int, ...]) -> dict[str, Any]:
    """Measure text and workbooks of several lengths."""
    found: dict[str, Any] = {}
    for kind, make in (("csv", "make_text"), ("xlsx", "make_workbook")):
        with tempfile.TemporaryDirectory() as name:
            for rows in sizes:
                source, out = Path(name) / f"{rows}.{kind}", Path(name) / f"{rows}.out.{kind}"
                in_own_process(make, source, rows=rows)
                found.setdefault(kind, {})[str(rows)] = in_own_process("check_one", source, out)
        few, many = (found[kind][str(rows)]["peak_mb"] for rows in (sizes[0], sizes[-1]))
        found[kind]["peak_of_most_rows_over_least"] = round(many / few, 2)
    return found


def main(arguments: list[str]) -> None:
    part, numbers = (arguments or ["all"])[0], [int(text) for text in arguments[1:]]
    document: dict[str, Any] = {}
    if part in {"all", "parquet"}:
        document["parquet"] = parquet(numbers[0] if numbers else 100_000_000)
    if part in {"all", "joins"}:
        document["joins"] = joins(numbers[0] if part == "joins" and numbers else 20_000_000)
    if part in {"all", "frames"}:
        document["frames"] = in_own_process("frames_of", Path(), Path())
    if part in {"all", "files"}:
        document["files"] = files(tuple(numbers) if part == "files" and numbers else FILE_SIZES)
    print(json.dumps(document, indent=2))


_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORKBOOK_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
    '+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPES}.sharedStrings+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    f' xmlns:r="{_RELATIONS}"><sheets><sheet name="Spend" sheetId="1" r:id="r1"/></sheets>'
    "</workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>",
}
MAKERS = {
    "make_spend": make_spend,
    "make_joined": make_joined,
    "make_text": make_text,
    "make_workbook": make_workbook,
}
TASKS = {
    "alone": alone,
    "together": together,
    "frames_of": frames_of,
    "by_localarea": by_localarea,
    "by_duckdb": by_duckdb,
    "by_spark": by_spark,
    "check_one": check_one,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["task"]:
        task, count, *places = sys.argv[2:]
        if task in MAKERS:
            MAKERS[task](Path(places[0]), int(count))
        else:
            print(json.dumps(TASKS[task](*map(Path, places))))
    else:
        main(sys.argv[1:])
