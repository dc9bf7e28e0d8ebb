"""The command line: parse, call, answer."""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    import sys

    from localarea.cli.quick import answer_quickly

    code = answer_quickly(sys.argv[1:])
    if code is None:
        from localarea.cli.app import run

        code = run()
    raise SystemExit(code)
