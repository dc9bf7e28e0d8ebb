"""Ways to do the same work, in turns on one machine, and what their figures come to."""

from __future__ import annotations

import math
import os
import platform
import statistics
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Way = Callable[[], object]

OURS = "localarea"


@dataclass(frozen=True)
class Aim:
    """What was aimed for: a figure of `of`, at least or at most."""

    of: str  # "times the fastest peer", "times scipy", "seconds", ...
    least: float | None = None
    most: float | None = None

    def met(self, figure: float) -> bool:
        """Tell whether a figure reaches the aim."""
        return (self.least is None or figure >= self.least) and (
            self.most is None or figure <= self.most
        )

    def __str__(self) -> str:
        """Return the aim in words."""
        return f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"


@dataclass
class Comparison:
    """One piece of work of one size, and how long each way took in each round."""

    part: str
    what: str
    size: str
    unit: str = "processor seconds"
    rounds: dict[str, list[float]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    aims: list[dict[str, Any]] = field(default_factory=list)
    load: float = 0.0
    note: str = ""

    def best(self, way: str) -> float:
        """Return the least of a way's rounds: what disturbs a run only ever adds to it."""
        return min(self.rounds[way])

    def ratio(self, peer: str) -> float:
        """Return how many times as long as ours the peer took."""
        return self.best(peer) / self.best(OURS)

    def ratios(self, peer: str) -> tuple[float, float]:
        """Return the least and the greatest ratio of rounds that ran next to each other."""
        pairs = zip(self.rounds[peer], self.rounds[OURS], strict=True)
        each = [theirs / ours for theirs, ours in pairs]
        return min(each), max(each)

    def peers(self) -> list[str]:
        """Return the names of the other ways."""
        return [name for name in self.rounds if name != OURS]

    def hold_to(self, aim: Aim, figure: float) -> None:
        """Write down an aim with its true figure."""
        said = {"of": aim.of, "aim": str(aim), "figure": figure, "met": aim.met(figure)}
        self.aims.append(said)

    def as_document(self) -> dict[str, Any]:
        """Return what JSON can hold, the ratios with it."""
        ratios = {
            name: {
                "ratio": round(self.ratio(name), 3),
                "of_rounds": [round(one, 3) for one in self.ratios(name)],
            }
            for name in self.peers()
            if OURS in self.rounds
        }
        return asdict(self) | {"ratios": ratios}


def take_turns(
    comparison: Comparison,
    ways: Mapping[str, Way],
    rounds: int,
    *,
    clock: Callable[[], float] = time.process_time,
    warm: bool = True,
) -> Comparison:
    """
    Run every way once in each round, so that a busy machine is busy for all.

    The first run of each is not counted if `warm`: what is compiled or loaded at the first call is
    no part of the work. By default processor time of all threads counts, which other work on
    the machine changes least.
    """
    if warm:
        for run in ways.values():
            run()
    for _ in range(rounds):
        for name, run in ways.items():
            before = clock()
            run()
            comparison.rounds.setdefault(name, []).append(clock() - before)
    comparison.load = round(os.getloadavg()[0], 1)
    return comparison


def exponent(sizes: Iterable[float], seconds: Iterable[float]) -> float:
    """
    Fit seconds as a power of the size, by least squares on logarithms.

    >>> exponent([1, 4, 16], [3, 12, 48])
    1.0
    >>> exponent([1, 4, 16], [1, 16, 256])
    2.0
    """
    xs, ys = ([math.log(one) for one in each] for each in (sizes, seconds))
    x, y = statistics.fmean(xs), statistics.fmean(ys)
    over = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
    return round(over / sum((a - x) ** 2 for a in xs), 2)


def machine() -> dict[str, Any]:
    """Name the processor, its cores, memory, the system and how busy it is."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    pages, each = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(pages * each / 1e9),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
    }
