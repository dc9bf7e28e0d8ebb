"""Command line: parse arguments, call the library, print the result."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its status."""
    from localarea.cli.silence import say_unexpected, silence_libraries

    silence_libraries()
    try:
        code = _run(sys.argv[1:])
    except Exception as error:
        code = say_unexpected(error)
    raise SystemExit(code)


def _run(arguments: list[str]) -> int:
    from localarea.cli.quick import answer_quickly

    code = answer_quickly(arguments)
    if code is None:
        from localarea.cli.app import run
        from localarea.cli.silence import silence_logs

        silence_logs()
        code = run()
    return code
