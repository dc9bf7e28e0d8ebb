"""Run targets one after another, each in a process of its own: what scripts/fuzz starts."""

from __future__ import annotations

import argparse
import subprocess
import sys

from fuzzing.seeds import TARGET_NAMES


def main() -> int:
    """Leave with 1 if any target was broken."""
    parser = argparse.ArgumentParser(description="Fuzz what reads from outside.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGET_NAMES))
    parser.add_argument("--seconds", default="180", help="of processor time for each target")
    parser.add_argument("--seed", default="2019")
    asked = parser.parse_args()
    unknown = set(asked.targets) - set(TARGET_NAMES)
    if unknown:
        parser.error(f"no target {', '.join(sorted(unknown))}; use {', '.join(TARGET_NAMES)}")
    broken = [
        target
        for target in asked.targets or TARGET_NAMES
        if subprocess.run(
            [sys.executable, "-m", "fuzzing.run", target, "--seconds", asked.seconds,
             "--seed", asked.seed],
            check=False,
        ).returncode
    ]  # fmt: skip
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
