"""
Processor time of two checkouts beside each other, such as a commit and the one before it.

``python benchmarks/bench_before_after.py BEFORE AFTER [--rounds 5] [--task NAME]...`` runs each
task in a process of its own, in turns, first one checkout and then the other, so that what else the
machine does falls on both. Processor time counts all threads; the ratio is of the medians, and the
ratio of the least is beside it. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

COMMAND = "import sys; from localarea.cli import main; sys.argv[1:] = {!r}; main()"
# Each draws its postcodes alike; the time of what comes before START is left out.
LOADED = """
import time
import numpy as np
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.classify.verdict_json import json_answers
from localarea.datasets.store import default_store
from localarea.geo.postcodes import postcode_of
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.minutes.anchor_minutes import anchor_minutes
council = read_council()
option = option_zones(council.default_option, council)
classifier = Classifier(
    boundary_of_option(option, default=True), store=default_store(), minutes=anchor_minutes(council)
)
classifier.warm_up()
keys = default_store().open("postcodes").read(columns=["key"])["key"].to_numpy()
drawn = np.random.default_rng(2019).choice(keys, 20_000).tolist()
texts = [postcode_of(key) for key in drawn]
answers = json_answers(classifier)
answers.many(texts[:1_000])
"""
TIMED = """
for name, ask in {
    "as objects": lambda: classifier.check_many(texts),
    "one by one": lambda: [answers.one(text) for text in texts],
    "ten thousand, ten times": lambda: [answers.many(texts[:10_000]) for _ in range(10)],
}.items():
    started = time.process_time()
    ask()
    print(f"{name}={time.process_time() - started}")
"""
TASKS = {
    "single check, from a cold start": COMMAND.format(["check", "CO1 1JB", "--json"]),
    "check of a file": COMMAND.format(["check-file", "{file}", "--out", "{out}"]),
    "check of a workbook, with its rows without an answer": COMMAND.format(
        ["check-file", "{book}", "--out", "{book_out}", "--unresolved", "{rows}"]
    ),
    "options": COMMAND.format(["options", "--json"]),
    "compare": COMMAND.format(["compare", "district", "ttwa-official", "--json"]),
    "service": LOADED + TIMED,
}


def processor_seconds(checkout: Path, task: str, code: str, folder: Path) -> dict[str, float]:
    """Run code with the package of a checkout, and count its processor time."""
    env = {**os.environ, "PYTHONPATH": str(checkout), "HOME": str(folder)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=env, cwd=folder, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if TIMED in code:
        said = (line.rpartition("=") for line in done.stdout.splitlines())
        return {f"{task}, {name}": float(seconds) for name, _, seconds in said}
    return {task: after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def write_file(path: Path, rows: int) -> None:
    """Write a file of suppliers at postcodes of the country."""
    from localarea.datasets.postcodes import read_postcodes
    from localarea.geo.postcodes import postcode_of

    keys = read_postcodes(["key"])["key"].to_numpy()
    drawn = np.random.default_rng(2019).choice(keys, rows).tolist()
    lines = (f"{row},Supplier {row},{postcode_of(key)}\n" for row, key in enumerate(drawn))
    path.write_text("id,name,postcode\n" + "".join(lines), encoding="utf-8")


def write_workbook(path: Path, text: Path) -> None:
    """Write a tenth of the rows of the file to a workbook, every twentieth of them unreadable."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Suppliers")
    lines = text.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[: 1 + len(lines) // 10]):
        *cells, postcode = line.split(",")
        sheet.append([*cells, postcode if number % 20 or not number else "no postcode"])
    book.save(path)


def compare(
    before: Path, after: Path, task: str, rounds: int, folder: Path
) -> dict[str, dict[str, float]]:
    """Run a task in turns, after one run of each that counts for nothing."""
    files = {"file": "in.csv", "out": "out.csv", "book": "in.xlsx", "book_out": "out.xlsx"}
    files["rows"] = "rows.xlsx"
    names = {f"{{{name}}}": str(folder / file) for name, file in files.items()}
    code = TASKS[task]
    for name, path in names.items():
        code = code.replace(name, path)
    runs = [
        [processor_seconds(checkout, task, code, folder) for checkout in (before, after)]
        for _ in range(rounds + 1)
    ][1:]
    found = {}
    for part in runs[0][0]:
        old, new = ([run[which][part] for run in runs] for which in (0, 1))
        found[part] = {
            "before_s": round(statistics.median(old), 3),
            "after_s": round(statistics.median(new), 3),
            "ratio": round(statistics.median(new) / statistics.median(old), 3),
            "ratio_of_least": round(min(new) / min(old), 3),
            "load": round(os.getloadavg()[0], 1),
        }
    return found


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("before", type=Path, help="checkout to compare with")
    parser.add_argument("after", type=Path, help="checkout to measure")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=300_000, help="of the file")
    parser.add_argument("--task", action="append", choices=list(TASKS), help="by default all")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "in.csv", asked.rows)
        write_workbook(folder / "in.xlsx", folder / "in.csv")
        checkouts = asked.before.resolve(), asked.after.resolve()
        for task in asked.task or TASKS:
            found = compare(*checkouts, task, asked.rounds, folder)
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
