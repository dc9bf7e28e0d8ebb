"""
A study under the hand, beside ``/health`` of the same server, in the same run.

``python benchmarks/bench_study.py [--rounds 200] [--council NAME]`` serves on loopback with one
worker, and asks in turns over one open connection: ``/health``, then one move of a study. Each
move is another, so that no answer is one that is kept. Prints JSON: milliseconds, and the ratio
of the two within each pair. Then each method whose area is worked out anew is asked once for every
third of its limits.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))
from service_cases import server_in

if TYPE_CHECKING:
    from collections.abc import Callable


# A zone in the middle of the map is clicked; what is painted in the frame after is the answer.
_CLICK = """() => new Promise((done) => {
  const map = document.querySelector(".la-rmap__map");
  map.scrollIntoView({ block: "center" });
  const box = map.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  new MutationObserver((_, watch) => {
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => {
      const took = performance.now() - start;
      setTimeout(() => done(took), 400); // or two clicks would be a double click
    }));
  }).observe(map, { subtree: true, attributes: true, attributeFilter: ["fill"] });
  const start = performance.now();
  const at = { bubbles: true, clientX: x, clientY: y };
  document.elementFromPoint(x, y).dispatchEvent(new MouseEvent("click", at));
})"""


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=200, help="of each kind of move")
    parser.add_argument("--council", default="", help="another council than the service's own")
    asked = parser.parse_args()
    query = f"?council={asked.council}" if asked.council else ""
    with (
        tempfile.TemporaryDirectory() as folder,
        server_in(Path(folder)) as address,
        httpx.Client(base_url=address, timeout=300) as client,
    ):
        found: dict[str, Any] = measure(client, f"/api/v1/study{query}", asked.rounds)
        found["worked_out_anew_ms"] = worked_out_anew(client, f"/api/v1/study{query}")
        found["click_to_picture_ms"] = picture(f"{address}/study{query}")
    print(json.dumps(found, indent=2))


def measure(client: httpx.Client, route: str, rounds: int) -> dict[str, Any]:
    """Time every kind of move beside ``/health``."""
    draw = random.Random(20261129)
    begun = {"from": "drive-45"}
    near = _answer(client, route, begun)["zones"]
    minutes, shares = list(range(10, 76)), list(range(3, 51))
    kinds: dict[str, Callable[[], dict[str, Any]]] = {
        "zone": lambda: {
            "from": "drive-30", "in": draw.sample(near, 3), "place": draw.choice(near)
        },
        "minutes": lambda: {
            "from": "drive-30", "minutes": draw.choice(minutes), "out": draw.sample(near, 2)
        },
        "share": lambda: {
            "from": "catchment", "share": draw.choice(shares), "in": draw.sample(near, 2)
        },
    }  # fmt: skip
    return {name: _pairs(client, route, body, rounds) for name, body in kinds.items()}


def _pairs(
    client: httpx.Client, route: str, body: Callable[[], dict[str, Any]], rounds: int
) -> dict[str, float]:
    for _ in range(5):
        _answer(client, route, body())
    health, moves = [], []
    for _ in range(rounds):
        sent = body()
        started = time.perf_counter()
        client.get("/health").raise_for_status()
        between = time.perf_counter()
        _answer(client, route, sent)
        health.append(between - started)
        moves.append(time.perf_counter() - between)
    ratios = [b / a for a, b in zip(health, moves, strict=True)]
    return {
        "health_ms": round(1000 * statistics.median(health), 2),
        "study_ms": round(1000 * statistics.median(moves), 2),
        "study_p95_ms": round(1000 * statistics.quantiles(moves, n=20)[-1], 2),
        "ratio": round(statistics.median(ratios), 1),
    }


def worked_out_anew(client: httpx.Client, route: str) -> dict[str, dict[str, float]]:
    """Time the first answer at limits of the methods that draw their area again."""
    sliders = {
        "composite minutes": ("composite", "minutes", range(15, 76, 3)),
        "composite share": ("composite", "share", range(3, 51, 3)),
        "composite-region share": ("composite-region", "share", range(3, 51, 3)),
        "ttwa-computed containment": ("ttwa-computed", "containment", range(50, 76, 3)),
        "ttwa-cluster containment": ("ttwa-cluster", "containment", range(60, 86, 3)),
    }
    found: dict[str, dict[str, float]] = {}
    for name, (start, key, numbers) in sliders.items():
        times = []
        for number in numbers:
            began = time.perf_counter()
            client.post(route, json={"from": start, key: number})  # some limits have no answer
            times.append(1000 * (time.perf_counter() - began))
        found[name] = {"median": round(statistics.median(times)), "worst": round(max(times))}
    return found


def picture(page_address: str, clicks: int = 30) -> dict[str, float]:
    """Time from a click on a zone until the map has another fill, in Chromium."""
    from browser_cases import browser_open

    with browser_open() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(page_address)
        page.wait_for_selector("#study[data-drawn]", state="attached")
        times = sorted(page.evaluate(_CLICK) for _ in range(clicks))
    return {"median": round(statistics.median(times), 1), "worst": round(times[-1], 1)}


def _answer(client: httpx.Client, route: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(route, json=body)
    answer.raise_for_status()
    said: dict[str, Any] = answer.json()
    return said


if __name__ == "__main__":
    main()
