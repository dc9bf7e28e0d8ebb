"""
Run one target for so many seconds of processor time: what scripts/fuzz starts.

Atheris chooses the bytes by what they reach in the code. An input that breaks a target is written
beside the corpus, with its traceback; put it into tests/fuzz/found/TARGET once it is mended.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import re
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(importlib.util.find_spec("localarea").origin).parent  # type: ignore
_MEMORY_MB: Final = 3000  # of the process, with the tables
SLOW: Final = "slow"
_SLOW_S: Final = 5.0  # of processor time for one input of some kilobytes


def compiled_modules() -> list[str]:
    """List the modules that numba compiles, which cannot hold what counts branches."""
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^(import numba|from numba)|_kernel", path.read_text("utf-8"), re.MULTILINE)
        and ("numba" in path.read_text("utf-8") or "_kernel" in str(path))
    ]


def main() -> None:
    """Fuzz one target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--out", type=Path, default=Path("out/fuzz"))
    parser.add_argument("--seed", type=int, default=2019)
    asked = parser.parse_args()
    import atheris

    # What a target imports when it is first called is counted too, so it is called in here.
    with atheris.instrument_imports(include=["localarea"], exclude=compiled_modules()):
        from fuzzing.seeds import seeds_of
        from fuzzing.targets import TARGETS

        corpus, finds = asked.out / asked.target / "corpus", asked.out / asked.target / "finds"
        for folder in (corpus, finds):
            folder.mkdir(parents=True, exist_ok=True)
        run = _Run(asked.target, TARGETS[asked.target], finds, asked.seconds)
        for seed in seeds_of(asked.target):
            name = hashlib.sha1(seed, usedforsecurity=False).hexdigest()
            (corpus / name).write_bytes(seed)
            run.one(seed)
    run.begin()
    atheris.Setup(
        [sys.argv[0], str(corpus), f"-seed={asked.seed}", "-max_len=20000", "-verbosity=0",
         f"-rss_limit_mb={_MEMORY_MB}", "-timeout=600", "-print_final_stats=0"],
        run.one,
    )  # fmt: skip
    atheris.Fuzz()


class _Run:
    """Calls of a target: counted, timed, and each kind of failure kept once."""

    def __init__(self, name: str, target: object, finds: Path, seconds: float) -> None:
        self.name, self.target, self.finds, self.seconds = name, target, finds, seconds
        self.calls, self.slowest, self.kinds = 0, 0.0, {}  # type: ignore[var-annotated]
        self.began, self.limit = time.process_time(), float("inf")

    def begin(self) -> None:
        """Count from here: what is imported and compiled once is behind."""
        self.calls, self.slowest, self.began = 0, 0.0, time.process_time()
        self.limit = self.seconds
        self.kinds.pop(SLOW, None)

    def one(self, data: bytes) -> None:
        before = time.process_time()
        try:
            self.target(data)  # type: ignore[operator]
        except Exception as error:
            self.keep(error, data)
        now = time.process_time()
        self.calls += 1
        if now - before > self.slowest:
            self.slowest = now - before
            if self.slowest > _SLOW_S:
                self.keep(TimeoutError(f"{self.slowest:.1f} s of processor time"), data)
        if now - self.began > self.limit:
            self.end()

    def keep(self, error: Exception, data: bytes) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1:]
        place = f"{last[0].filename}:{last[0].lineno}" if last else ""
        kind = f"{type(error).__name__} at {place}" if place else SLOW
        if kind in self.kinds:
            self.kinds[kind] += 1
            return
        self.kinds[kind] = 1
        name = hashlib.sha1(kind.encode(), usedforsecurity=False).hexdigest()[:12]
        (self.finds / f"{name}.bin").write_bytes(data)
        said = "".join(traceback.format_exception(error))
        (self.finds / f"{name}.txt").write_text(said, encoding="utf-8")

    def end(self) -> None:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        took = time.process_time() - self.began
        print(
            f"{self.name}: {self.calls:,} inputs in {took:.0f} s of processor time, slowest "
            f"{self.slowest:.2f} s, {most:,} MB at most, {len(self.kinds)} kinds of failure",
            flush=True,
        )
        for kind, times in self.kinds.items():
            print(f"  {times}x {kind}", flush=True)
        sys.stdout.flush()
        os._exit(1 if self.kinds else 0)


if __name__ == "__main__":
    main()
