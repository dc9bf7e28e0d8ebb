"""Mended rows that were sent: merged into the result of their file, in a process of their own."""

from __future__ import annotations

import logging
import secrets
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from localarea.decisions.proposals import utc_stamp
from localarea.decisions.receipts import new_reference
from localarea.errors import InputError
from localarea.service.files.apart import ask_apart
from localarea.service.files.job_queue import replace_result
from localarea.service.files.mend_process import SECONDS
from localarea.service.files.runner import INPUT
from localarea.service.files.worker import FAULT, SETTINGS, TOO_LARGE
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localarea.decisions.record.roles import Actor
    from localarea.service.files.job_store import FileJob
    from localarea.service.files.runner import JobRunner

LOG: Final = logging.getLogger(__name__)
MOST_MB: Final = 20  # of the workbook with the mended rows
_COMMAND: Final = (sys.executable, "-m", "localarea.service.files.mend_process")


def merge_into(
    runner: JobRunner, job: FileJob, mended: Path, *, called: Mapping[str, str], actor: Actor
) -> None:
    """
    Merge mended rows into the result of a file, which is replaced whole or not at all.

    ``called``: names of files as their sender knows them, by the names that they have here.
    InputError if the rows do not fit; nothing is changed. ConflictError if the file was removed or
    checked again meanwhile, or has no result.
    """
    result = runner.result(job)
    out = result.with_name(f"result-{secrets.token_hex(4)}{result.suffix}")
    try:
        said = _ask(
            {
                "settings": runner.state.settings.model_dump(mode="json", include=set(SETTINGS)),
                "source": str(result.with_name(INPUT)),
                "result": str(result),
                "mended": str(mended),
                "out": str(out),
                "at": utc_stamp(clock.now()),
                "by": actor.name,
                "council": job.request.get("council"),
                "anchor": job.request.get("anchor"),
                "reference": new_reference(),
            },
            called,
        )
        facts = {**job.result, **said["facts"]}
        replace_result(
            runner.state.database,
            job,
            actor=actor,
            result=facts,
            receipt=said["receipt"],
            now=clock.now(),
        )
    except BaseException:
        _clear(out)
        raise
    runner.keep_detail(job.id, {**runner.detail(job.id), **said["detail"]})
    _clear(result)


def _ask(question: dict[str, Any], called: Mapping[str, str]) -> dict[str, Any]:
    answer = ask_apart(_COMMAND, question, seconds=SECONDS)
    if answer is None:
        raise InputError(TOO_LARGE)
    if "failed" in answer:
        if "fault" in answer:
            LOG.error("the merging of mended rows ended by a fault: %s", answer["fault"])
        said: str = answer["failed"] or FAULT
        for here, known in called.items():
            said = said.replace(here, known)
        raise InputError(said)
    return answer


def _clear(result: Path) -> None:
    """Delete a result with what stands beside it."""
    for path in result.parent.glob(f"*{result.stem}*"):
        with suppress(OSError):
            path.unlink()
