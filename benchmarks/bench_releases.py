"""
Processor time of a release of a register, quarter after quarter.

    python benchmarks/bench_releases.py [CONTRACTS] [QUARTERS] [--corrections N] [--spend]

Makes up a register in a store of its own: of each contract and quarter local staff by type, most of
them few, so that many figures are withheld. At the end of each quarter its returns are entered,
with corrections of earlier ones if asked for, and the figures are released. One line of JSON tells
of each release how long it took, how many figures it holds and how many of them it withholds. To
set two versions beside each other, run it with each of them on PYTHONPATH.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from localarea.contracts.counting import CountedReturn
from localarea.contracts.model import parse_contract
from localarea.contracts.register import enter_contract, enter_return
from localarea.contracts.releases import released_series
from localarea.decisions.database import open_database
from localarea.decisions.record.roles import Actor

ACTOR, NOW = Actor("Ann", "analyst"), datetime(2026, 11, 29, tzinfo=UTC)
FROZEN = {"definition_sha256": "a" * 64, "rule": "contract-year", "rule_version": "1"}
# Share of local staff, by type and whether they serve or served in the forces.
KINDS = {("", False): 0.76, ("", True): 0.03, ("NT3", False): 0.06, ("NT3", True): 0.005,
         ("NT3a", True): 0.04, ("NT4", False): 0.03, ("NT5", False): 0.015,
         ("NT6", False): 0.055, ("NT6", True): 0.005}  # fmt: skip
TYPES = ("NT3", "NT3a", "NT4", "NT5", "NT6")
DIVISOR = 365 * 10_000


def main() -> None:
    """Enter and release quarter after quarter."""
    parser = argparse.ArgumentParser()
    parser.add_argument("contracts", nargs="?", type=int, default=20)
    parser.add_argument("quarters", nargs="?", type=int, default=3)
    parser.add_argument("--seed", type=int, default=19)
    parser.add_argument("--corrections", type=int, default=0, help="of earlier quarters, each time")
    parser.add_argument("--spend", action="store_true", help="spend as well as staff")
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    names = [f"{2026 + at // 4}-{(2027 + at // 4) % 100:02} Q{at % 4 + 1}" for at in
             range(asked.quarters)]  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_database(f"sqlite:///{Path(folder) / 'store.sqlite'}")) as database,
    ):
        kept = [_entered(database, number, asked.quarters) for number in range(asked.contracts)]
        sizes = (rng.pareto(1.3, asked.contracts) * 12 + 3).clip(3, 400)
        for at, quarter in enumerate(names):
            sent = [(who, quarter) for who in range(asked.contracts) if rng.random() < 0.95]
            if at:
                sent += [(int(rng.integers(asked.contracts)), names[int(rng.integers(at))])
                         for _ in range(asked.corrections)]  # fmt: skip
            for number, (who, when) in enumerate(sent):
                figures = _figures(rng, sizes[who], asked.spend)
                counted = CountedReturn(when, figures, {"files": [f"{at}-{number}"]})
                enter_return(database, kept[who], counted, actor=ACTOR, now=NOW)
            load, began = os.getloadavg()[0], time.process_time()
            (series,) = released_series(database, council="x", actor=ACTOR, now=NOW)
            took = time.process_time() - began
            began = time.process_time()
            released_series(database, council="x", actor=ACTOR, now=NOW)
            again = time.process_time() - began
            masks = series.hidden.values()
            line = {"quarter": quarter, "cpu_s": round(took, 2), "again_s": round(again, 2),
                    "figures": sum(mask.size for mask in masks),
                    "withheld": sum(int(mask.sum()) for mask in masks),
                    "totals_told": sum(int((~mask[-1]).sum()) for mask in masks),
                    "load": round(load, 1)}  # fmt: skip
            print(json.dumps(line), flush=True)


def _entered(database: Any, number: int, quarters: int) -> Any:
    terms = {
        "reference": f"C{number:04}", "title": "Repair of roads", "supplier": "Example Ltd",
        "department": "Highways", "value": "1000.00", "first_day": "2026-04-01",
        "last_day": f"{2026 + (quarters + 3) // 4}-03-31", "definition": "made-up-2026.1",
    }  # fmt: skip
    made = replace(parse_contract(terms), **FROZEN)
    return enter_contract(database, made, council="x", actor=ACTOR, now=NOW)


def _figures(rng: np.random.Generator, size: float, spend: bool) -> dict[str, dict[str, int]]:
    staff = rng.poisson(size * np.array(list(KINDS.values())))
    found = {kind: (int(few), int(rng.integers(10, 92 * few + 1)) * 10_000 if few else 0)
             for kind, few in zip(KINDS, staff, strict=True)}  # fmt: skip
    afar = int(rng.poisson(size * 0.6))
    groups = {"NT1": set(found), **{one: {k for k in found if k[0] == one} for one in TYPES}}
    groups["ARMED-FORCES"] = {kind for kind in found if kind[1]}
    lines = {}
    for ref, kinds in groups.items():
        rest = set() if ref == "NT1" else set(found) - kinds
        lines[ref] = _line(found, kinds, rest, DIVISOR)
    beside = {"other": afar * 80 * 10_000, "other_people": afar}
    lines["NT1c"] = _line(found, set(), set(), DIVISOR)
    lines["NT2"] = lines["NT1"] | beside
    lines["NT10"] = {"amount": staff[2].item() * 13, "other": 0, "divisor": 1,
                     "people": staff[2].item(), "other_people": 0}  # fmt: skip
    if spend:
        lines |= _spend(rng)
    return lines


def _line(
    found: dict[Any, tuple[int, int]], kinds: set[Any], rest: set[Any], divisor: int
) -> dict[str, int]:
    return {
        "amount": sum(found[one][1] for one in kinds), "divisor": divisor,
        "people": sum(found[one][0] for one in kinds),
        "other": sum(found[one][1] for one in rest),
        "other_people": sum(found[one][0] for one in rest),
    }  # fmt: skip


def _spend(rng: np.random.Generator) -> dict[str, dict[str, int]]:
    pence = {kind: (int(few), int(rng.integers(1, 10**6)) if few else 0)
             for kind, few in enumerate(rng.poisson([4, 3, 8]))}  # fmt: skip
    pairs = {"NT18": ({0, 1}, set()), "NT19": ({0}, {1}), "LOCAL-SPEND": ({0, 1}, {2})}
    lines = {ref: _line(pence, one, other, 100) for ref, (one, other) in pairs.items()}
    sole = rng.random() < 0.3  # of many suppliers, or where none is a person, nobody is told
    for line in lines.values():
        for name in ("people", "other_people"):
            line[name] = line[name] if sole and line[name] < 5 else 0
    return lines


if __name__ == "__main__":
    main()
