"""
Command line: parse arguments, call the library, print the result.

Start with `app`, which names every command; `quick` answers one postcode before all that is
imported, and `shared` is what commands have in common.
"""

from __future__ import annotations

import gc
import sys
from typing import Final

# A command makes a million things that stay until it ends, mostly while it imports: to look through
# them again and again for what nothing refers to, and once more at the end, is a tenth of its time.
_LOOK_AFTER: Final = (50_000, 20, 100)
LOOKED_AFTER: Final = gc.get_threshold()  # by Python itself: for what goes on, such as a service


def main() -> None:
    """Run the command line and exit with its status."""
    from localarea.cli.shared.plain_output import write_anywhere
    from localarea.cli.shared.silence import say_unexpected, silence_libraries

    gc.set_threshold(*_LOOK_AFTER)
    write_anywhere(sys.stdout, sys.stderr)
    silence_libraries()
    try:
        code = _run(sys.argv[1:])
    except Exception as error:
        code = say_unexpected(error)
    gc.disable()
    raise SystemExit(code)


def _run(arguments: list[str]) -> int:
    from localarea.cli.quick import answer_quickly

    code = answer_quickly(arguments)
    if code is None:
        from localarea.cli.app import run
        from localarea.cli.shared.silence import silence_logs

        silence_logs()
        code = run()
    return code
