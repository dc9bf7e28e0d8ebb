"""
A study under the hand, beside ``/health`` of the same server, in the same run.

``python benchmarks/bench_study.py [--rounds 200] [--council NAME]`` serves on loopback with one
worker, and asks in turns over one open connection: ``/health``, then one move of a study. Each
move is another, so that no answer is one that is kept. Prints JSON: milliseconds by the clock, the
ratio of the two within each pair, and (on Linux) milliseconds of processor time of the server,
which say the same whatever else the machine does. Then each option is opened and, once the service
has worked ahead what it works ahead, every step of every slider, every place in dispute in and
out, and some places by name and by postcode are asked for, each after ``/health``. Last, what every
step takes that nothing was worked out ahead for, in this process.
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
from contextlib import suppress
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
        found["steps"] = every_step(server, options_of(client, query))
        found["click_to_picture_ms"] = picture(f"{address}/study{query}")
    found["not_worked_ahead"] = from_nothing(asked.council, found["zone"]["health_processor_ms"])
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


def options_of(client: httpx.Client, query: str) -> list[str]:
    """Return the options of the council."""
    listed = client.get(f"/api/v1/options{query}").raise_for_status().json()
    return [option["id"] for option in listed["options"]]


_PLACES = (
    "Braintree",
    "Babergh",
    "Sudbury",
    "Clacton",
    "Harwich",
    "Tiptree",
    "CO10 1AA",
    "CO1 1AA",
)


def every_step(server: Server, options: list[str]) -> dict[str, dict[str, float]]:
    """Measure each slider and toggle of every option, once it was opened."""
    found: dict[str, dict[str, float]] = {}
    for start in options:
        began = server.whole_ms()
        opened = server.study({"from": start}).raise_for_status().json()
        server.settle()
        ahead_s = round((server.whole_ms() - began) / 1000, 2)
        for limit in opened["limits"]:
            numbers = range(limit["least"], limit["most"] + 1)
            steps = [{"from": start, limit["key"]: number} for number in numbers]
            found[f"{start} {limit['key']}"] = {**in_turns(server, steps), "opened_s": ahead_s}
        toggles = [
            {"from": start, "place": switch["place"], "move": move}
            for switch in opened["switches"]
            for move in ("in", "out", "as_drawn")
        ]
        found[f"{start}, places in dispute"] = in_turns(server, toggles)
    places = [{"from": start, "place": place} for start in options[:3] for place in _PLACES]
    found["places by name and postcode"] = in_turns(server, places)
    both = [{"from": "composite", "share": s, "minutes": m} for s in (4, 9, 14) for m in (35, 55)]
    found["composite, both moved"] = in_turns(server, both)
    return found


def in_turns(server: Server, steps: list[dict[str, Any]]) -> dict[str, float]:
    """Ask for each step after ``/health``; those without an answer, which say so, count as well."""
    pairs = [(server.cost(None), server.cost(step)) for step in steps]
    health = statistics.median(plain[1] for plain, _ in pairs) if pairs else float("nan")
    return _processor([step[1] for _, step in pairs], health) if pairs else {}


def from_nothing(council: str, health: float) -> dict[str, dict[str, float]]:
    """Measure what is worked out for a step that nobody has asked for, without the answer."""
    from localarea.comparison.session import ScenarioSession
    from localarea.comparison.study.ground import make_ground
    from localarea.comparison.study.limits import limits_of
    from localarea.comparison.study.state import StudyState
    from localarea.datasets.store import default_store
    from localarea.errors import LocalareaError
    from localarea.options.by_name.any_council import find_council
    from localarea.options.by_name.disputed import full_council

    store = default_store()
    whole = full_council(find_council(council or "colchester", store=store), store=store)
    session = ScenarioSession(whole, store=store)
    ground = make_ground(whole, session.options, store)
    found: dict[str, dict[str, float]] = {}
    for option in session.options:
        ground.study(StudyState(option.id))
        for limit in limits_of(option.method):
            used = []
            for number in range(limit.least, limit.most + 1):
                began = time.thread_time()
                with suppress(LocalareaError):
                    ground.study(StudyState(option.id).at({limit.key: number}))
                used.append(1000 * (time.thread_time() - began))
            found[f"{option.id} {limit.key}"] = _processor(used, health)
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
