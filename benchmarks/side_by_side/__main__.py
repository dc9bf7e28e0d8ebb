"""
Run every part in a process of its own, and write what was found.

    scripts/bench                         all parts, into out/bench/
    scripts/bench --quick                 smaller sizes and one round: does it run at all?
    scripts/bench --part roads files      these parts alone
    scripts/bench --out FOLDER --rounds 5 --raw FOLDER
    scripts/bench --page                  and write docs/benchmarks.md, of all parts that are known

The folder gets ``benchmarks.json`` and ``benchmarks.md``. ``--page`` puts the parts that were run
into ``benchmarks/side_by_side.json``, beside those of earlier runs, and makes the page of it. A
part that fails does not end the run: it is named at the end, and the program then ends with
status 1.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from localarea import __version__
from side_by_side.asked import Asked
from side_by_side.measuring import machine
from side_by_side.table import as_markdown, as_page

HERE = Path(__file__).resolve().parents[1]
PARTS = ("verdicts", "areas", "roads", "files", "whatif", "startup", "service", "memory")
ROUNDS = 5
KEPT = HERE / "side_by_side.json"
PAGE = HERE.parent / "docs" / "benchmarks.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each way, in turns")
    parser.add_argument("--quick", action="store_true", help="one round of small sizes")
    parser.add_argument("--raw", type=Path, help="the publishers' files, for two more graphs")
    parser.add_argument("--out", type=Path, default=HERE.parent / "out" / "bench")
    parser.add_argument("--page", action="store_true", help="write docs/benchmarks.md too")
    parser.add_argument("--one", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be 1 or more")
    rounds = 1 if options.quick else options.rounds
    if options.one:
        part = importlib.import_module(f"side_by_side.{options.one}")
        print(json.dumps(part.run(Asked(rounds, options.quick, options.raw)).as_document()))
        return
    document = measure(options.part, rounds, options.quick, options.raw)
    options.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=2)
    (options.out / "benchmarks.json").write_text(text + "\n", encoding="utf-8")
    (options.out / "benchmarks.md").write_text(as_markdown(document) + "\n", encoding="utf-8")
    print(f"Written: {options.out / 'benchmarks.md'} and benchmarks.json", file=sys.stderr)
    if options.page:
        write_page(document)
    if document["failed"]:
        sys.exit(1)


def write_page(document: dict[str, Any]) -> None:
    """Put the parts of this run in the place of what was known of them, and write the page."""
    runs: list[dict[str, Any]] = []
    if KEPT.exists():
        runs = json.loads(KEPT.read_text(encoding="utf-8"))
    new = {one["part"] for one in document["comparisons"]}
    for run in runs:
        run["comparisons"] = [one for one in run["comparisons"] if one["part"] not in new]
        grown = {one["what"] for one in document["growth"]}
        run["growth"] = [one for one in run["growth"] if one["what"] not in grown]
    runs = [run for run in runs if run["comparisons"]] + [document]
    KEPT.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(as_page(runs), encoding="utf-8")


def measure(parts: list[str], rounds: int, quick: bool, raw: Path | None) -> dict[str, Any]:
    """Run the parts one after another, each alone on the machine as far as this run goes."""
    started = time.perf_counter()
    document: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "version": __version__,
        "machine": machine(),
        "rounds": rounds,
        "comparisons": [],
        "growth": [],
        "failed": {},
    }
    for part in parts:
        print(f"{part} ...", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "side_by_side", "--one", part, "--rounds", str(rounds)]
        command += ["--quick"] if quick else []
        command += ["--raw", str(raw.resolve())] if raw else []
        env = {**os.environ, "PYTHONPATH": str(HERE)}
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            document["failed"][part] = f"it ended with status {done.returncode}"
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        document["comparisons"] += found["comparisons"]
        document["growth"] += found["growth"]
    document["seconds"] = round(time.perf_counter() - started, 1)
    return document


if __name__ == "__main__":
    main()
