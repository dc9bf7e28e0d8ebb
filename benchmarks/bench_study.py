"""
A study under the hand, beside ``/health`` of the same server, in the same run.

``python benchmarks/bench_study.py [--rounds 200] [--council NAME]`` serves on loopback with one
worker, and asks in turns over one open connection: ``/health``, then one move of a study. Each
move is another, so that no answer is one that is kept. Prints JSON: milliseconds by the clock, the
ratio of the two within each pair, and (on Linux) milliseconds of processor time of the server,
which say the same whatever else the machine does. Then every slider whose method draws its area
anew is asked for all its steps, once before the service has worked any of them out and, where it
works them out ahead, once after.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
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
    held: list[subprocess.Popen[bytes]] = []

    def start(*command: Any, **choices: Any) -> subprocess.Popen[bytes]:
        held.append(subprocess.Popen(*command, **choices))
        return held[-1]

    with (
        tempfile.TemporaryDirectory() as folder,
        server_in(Path(folder), start=start) as address,
        httpx.Client(base_url=address, timeout=300) as client,
    ):
        server = Server(client, f"/api/v1/study{query}", held[-1].pid)
        server.settle()
        found: dict[str, Any] = measure(server, asked.rounds)
        found["load"] = os.getloadavg()[0]
        found["worked_out_anew"] = worked_out_anew(server)
        found["click_to_picture_ms"] = picture(f"{address}/study{query}")
    print(json.dumps(found, indent=2))


class Server:
    """A server, what is asked of it, and the processor time that it takes."""

    def __init__(self, client: httpx.Client, route: str, pid: int) -> None:
        self.client, self.route, self.tasks = client, route, Path(f"/proc/{pid}/task")

    def study(self, body: dict[str, Any]) -> httpx.Response:
        """Ask for a study."""
        return self.client.post(self.route, json=body)

    def processor_ms(self) -> float:
        """Return what the living threads have used; NaN where the system does not tell."""
        used = [int(p.read_text().split()[0]) for p in self.tasks.glob("*/schedstat")]
        return sum(used) / 1e6 if used else float("nan")

    def whole_ms(self) -> float:
        """Return what the process has used with threads that have ended, in whole ticks."""
        fields = (self.tasks.parent / "stat").read_text().rpartition(")")[2].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cost(self, body: dict[str, Any] | None) -> tuple[float, float, bool]:
        """Ask for a study, or for ``/health``: milliseconds by the clock and of the processor."""
        began, used = time.perf_counter(), self.processor_ms()
        answer = self.client.get("/health") if body is None else self.study(body)
        took = 1000 * (time.perf_counter() - began)
        return took, self.processor_ms() - used, answer.is_success

    def settle(self) -> None:
        """Wait until nothing is worked out in the background."""
        idle = 0
        used = self.whole_ms()
        while idle < _QUIET_S:
            time.sleep(1)
            before, used = used, self.whole_ms()
            idle = idle + 1 if used - before <= _IDLE_MS else 0


_QUIET_S = 3  # on a machine that is shared, a thread may get nothing for a second
_IDLE_MS = 20.0  # of a second


def measure(server: Server, rounds: int) -> dict[str, Any]:
    """Time every kind of move beside ``/health``."""
    draw = random.Random(20261129)
    near = server.study({"from": "drive-45"}).raise_for_status().json()["zones"]
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
    return {name: _pairs(server, body, rounds) for name, body in kinds.items()}


def _pairs(server: Server, body: Callable[[], dict[str, Any]], rounds: int) -> dict[str, float]:
    for _ in range(5):
        server.study(body()).raise_for_status()
    health, moves = [], []
    for _ in range(rounds):
        health.append(server.cost(None))
        moves.append(server.cost(body()))
        assert moves[-1][2]  # a benchmark of errors would be quick
    ratios = [b[0] / a[0] for a, b in zip(health, moves, strict=True)]
    plain = statistics.median(used for _, used, _ in health)
    return {
        "health_ms": round(statistics.median(took for took, _, _ in health), 2),
        "study_ms": round(statistics.median(took for took, _, _ in moves), 2),
        "study_p95_ms": round(statistics.quantiles([m[0] for m in moves], n=20)[-1], 2),
        "ratio": round(statistics.median(ratios), 1),
        "health_processor_ms": round(plain, 2),
        **_processor([used for _, used, _ in moves], plain),
    }


def _processor(used: list[float], health: float) -> dict[str, float]:
    middle, worst = statistics.median(used), max(used)
    return {
        "processor_ms": round(middle, 1),
        "processor_worst_ms": round(worst, 1),
        "times_health": round(middle / health, 1),
        "worst_times_health": round(worst / health, 1),
        "steps_over_15_times": sum(one > 15 * health for one in used),
        "steps": len(used),
    }


def worked_out_anew(server: Server) -> dict[str, dict[str, float]]:
    """Measure every step of the sliders of the methods that draw their area again."""
    sliders = {
        "composite minutes": ("composite", "minutes", range(15, 76)),
        "composite share": ("composite", "share", range(3, 51)),
        "composite-region share": ("composite-region", "share", range(3, 51)),
        "ttwa-cluster containment": ("ttwa-cluster", "containment", range(60, 86)),
        "ttwa-computed containment, ahead": ("ttwa-computed", "containment", range(50, 76)),
    }
    health = statistics.median(server.cost(None)[1] for _ in range(100))
    found: dict[str, dict[str, float]] = {}
    for name, (start, key, numbers) in sliders.items():
        if name.endswith("ahead"):  # begins when the option is first looked at
            began = server.whole_ms()
            server.study({"from": start})
            server.settle()
            ahead_s = round((server.whole_ms() - began) / 1000, 2)
        server.study({"from": start})
        steps = [server.cost({"from": start, key: number}) for number in numbers]
        used = [ms for _, ms, answered in steps if answered]  # some limits have no answer
        found[name] = _processor(used, health)
        if name.endswith("ahead"):
            found[name]["worked_out_ahead_processor_s"] = ahead_s
    both = [{"from": "composite", "share": s, "minutes": m} for s in (4, 9, 14) for m in (35, 55)]
    found["composite, both moved"] = _processor([server.cost(one)[1] for one in both], health)
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


if __name__ == "__main__":
    main()
