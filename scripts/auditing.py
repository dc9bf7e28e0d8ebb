"""Run pip-audit on a lock, and say what is known: vulnerable, sound, or that nobody could tell."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

LONGEST = timedelta(days=180)
TIMEOUT_S = 600


@dataclass(frozen=True)
class Ignored:
    """A vulnerability that is let pass until a day, for a reason."""

    id: str
    until: date
    why: str


class FaultyListError(ValueError):
    """A line of the list that says no id, no day or no reason."""


def read_ignored(text: str, *, today: date) -> list[Ignored]:
    """Return the lines that still count."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = line.split(maxsplit=2)
        try:
            one = Ignored(parts[0], date.fromisoformat(parts[1]), parts[2])
        except (IndexError, ValueError) as error:
            message = f"line {number} of the list: write ID  YYYY-MM-DD  why"
            raise FaultyListError(message) from error
        if one.until > today + LONGEST:
            message = f"line {number} of the list: {LONGEST.days} days at most, then look again"
            raise FaultyListError(message)
        if one.until >= today:
            found.append(one)
    return found


def judge(report: dict[str, Any], ignored: list[Ignored]) -> tuple[int, list[str]]:
    """Return the exit code, and what to say."""
    passed = {one.id for one in ignored}
    packages = report.get("dependencies", [])
    audited = [package for package in packages if "skip_reason" not in package]
    said, code = [], 0
    for package in audited:
        for fault in package.get("vulns", []):
            names = {fault["id"], *fault.get("aliases", ())}
            where = f"{package['name']} {package['version']}: {fault['id']}"
            if names & passed:
                said.append(f"let pass: {where}")
                continue
            mended = ", ".join(fault.get("fix_versions", ())) or "none yet"
            said.append(f"VULNERABLE: {where}; mended in: {mended}")
            code = 1
    if not audited:
        return 0, ["not known: this package index has no advisories, so nothing was audited"]
    if len(audited) < len(packages):
        said.append(f"not known of {len(packages) - len(audited)} packages of {len(packages)}")
    said.append(f"audited {len(audited)} packages")
    return code, said


def main(lock: str, list_of_ignored: str) -> int:
    """Audit a lock."""
    today = datetime.now(UTC).date()
    ignored = read_ignored(Path(list_of_ignored).read_text(encoding="utf-8"), today=today)
    command = [sys.executable, "-m", "pip_audit", "-r", lock, "--disable-pip", "--format", "json"]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter, our own words
            [*command, "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        report = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        print("not known: the package index took too long, so nothing was audited")
        return 0
    except json.JSONDecodeError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(f"not known: the package index could not be asked, so nothing was audited ({last})")
        return 0
    code, said = judge(report, ignored)
    print("\n".join(said))
    return code


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:3]))
