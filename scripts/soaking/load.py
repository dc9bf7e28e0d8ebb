"""What the clients of a soak ask for, and what they make of the answers."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES: Final = ("/", "/options", "/definitions", "/study", "/decisions", "/local", "/health")
POSTCODES: Final = ("CO1 1JB", "CO4 3SQ", "IP1 2DE", "CM1 1GP", "XX9 9XX", "CO15 1AA", "SW1A 1AA")
PUT: Final = {
    "option": "district",
    "purpose": "measure",
    "half_left_out": "Few commute across the Stour",
}
_ROWS: Final = 2_000  # of a file
_PATIENCE_S: Final = 240  # for a job, which waits for a database that comes back
Answered = tuple[str, str, float]  # kind of request, "ok" or the fault, seconds


@dataclass
class Tally:
    """
    What was asked, and what came of it.

    Attributes
    ----------
    seconds : dict of str to list of float
        Time of each request that was answered as it should be.
    faults : Counter of (str, str)
        Kind of request and of fault.
    unexpected : list of str
        First lines of answers that nothing excuses.
    acknowledged : dict of int to str
        Note of each proposal that the service said it has kept.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    acknowledged: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, kind: str, seconds: float) -> None:
        """Count a request that was answered as it should be."""
        with self.lock:
            self.seconds[kind].append(seconds)

    def failed(self, kind: str, fault: str, said: str = "", *, excused: bool) -> None:
        """Count one that was not; what is not excused is kept."""
        with self.lock:
            self.faults[kind, fault] += 1
            if not excused and len(self.unexpected) < 50:
                self.unexpected.append(f"{kind}: {fault}: {said[:300]}")

    def kept(self, number: int, note: str) -> None:
        """Note a proposal that the service said it has kept."""
        with self.lock:
            self.acknowledged[number] = note


class Client:
    """One who asks for one thing after another until it is time."""

    def __init__(self, address: str, number: int, tally: Tally, until: float) -> None:
        self.http = httpx.Client(base_url=address, timeout=120)
        self.random, self.tally, self.until = random.Random(number), tally, until  # noqa: S311
        self.number, self.count = number, 0
        self.asks: list[Callable[[], None]] = [
            *[self.page] * 4, *[self.check] * 8, *[self.bulk] * 2, self.file,
            *[self.decide] * 3, *[self.study] * 2,
        ]  # fmt: skip

    def run(self) -> None:
        """Ask until the end."""
        while time.monotonic() < self.until:
            try:
                self.random.choice(self.asks)()
            except (KeyError, TypeError, ValueError) as error:  # an answer of another form
                self.tally.failed("any", type(error).__name__, str(error), excused=False)
        self.http.close()

    def ask(self, kind: str, method: str, path: str, *right: int, **more: Any) -> Any:
        """Ask once; give the answer, or nothing if it was not what it should be."""
        began = time.monotonic()
        try:
            answer = self.http.request(method, path, **more)
        except httpx.TransportError as error:
            self.tally.failed(kind, type(error).__name__, str(error), excused=False)
            return None
        if answer.status_code not in (right or (200,)):
            # A database that is away is told as that; anything else is a fault of the service.
            excused = answer.status_code == 503
            self.tally.failed(kind, str(answer.status_code), answer.text, excused=excused)
            time.sleep(0.2)
            return None
        self.tally.answered(kind, time.monotonic() - began)
        return answer

    def page(self) -> None:
        """Open a page."""
        self.ask("page", "GET", self.random.choice(PAGES))

    def check(self) -> None:
        """Check a postcode."""
        asked = {"postcode": self.random.choice(POSTCODES)}
        self.ask("single check", "GET", "/api/v1/check", params=asked)

    def bulk(self) -> None:
        """Check a thousand at once."""
        asked = [self.random.choice(POSTCODES) for _ in range(1_000)]
        answer = self.ask("bulk check", "POST", "/api/v1/check", json={"postcodes": asked})
        if answer is not None and len(answer.json()["verdicts"]) != len(asked):
            self.tally.failed("bulk check", "rows", answer.text, excused=False)

    def study(self) -> None:
        """Move a study."""
        place = self.random.choice(("E07000203", "E07000202", "E07000067"))
        self.ask("study", "POST", "/api/v1/study", json={"from": "ttwa-official", "place": place})

    def decide(self) -> None:
        """Put an option forward, which must be there after whatever happens."""
        self.count += 1
        note = f"client {self.number} proposal {self.count}."
        answer = self.ask("decision", "POST", "/api/v1/proposals", 201, json={**PUT, "note": note})
        if answer is not None:
            self.tally.kept(int(answer.json()["id"]), note)

    def file(self) -> None:
        """Send a file, wait for its end, and count the rows of its result."""
        rows = "".join(f"S{n},{self.random.choice(POSTCODES)}\n" for n in range(_ROWS))
        sent = {"file": ("suppliers.csv", f"Supplier,Postcode\n{rows}".encode())}
        answer = self.ask("file", "POST", "/api/v1/files", 202, files=sent)
        if answer is None:
            return
        address = f"/api/v1/files/{answer.json()['id']}"
        began = time.monotonic()
        while time.monotonic() < began + _PATIENCE_S:
            found = self.ask("file's standing", "GET", address)
            standing = found.json()["status"] if found is not None else ""
            if standing in ("done", "finished", "failed", "cancelled"):
                break
            time.sleep(0.5)
        else:
            self.tally.failed("file", "not done", address, excused=False)
            return
        if standing not in ("done", "finished"):
            self.tally.failed("file", standing, str(found.json()), excused=False)
            return
        self.tally.answered("file from sending to its end", time.monotonic() - began)
        result = self.ask("file's result", "GET", f"{address}/result")
        if result is not None and result.text.count("\n") != _ROWS + 1:
            self.tally.failed("file", "rows", f"{result.text.count(chr(10))}", excused=False)
