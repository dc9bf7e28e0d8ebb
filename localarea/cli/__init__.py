"""The command line: parse, call, answer."""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    from localarea.cli.app import run

    raise SystemExit(run())
