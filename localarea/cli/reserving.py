"""Answers of ``check`` where a definition for reserving contracts is in force as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.cli.answers import print_json, show
from localarea.definitions.reserved import both_sentences, reserved_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localarea.classify.classifier import Classifier
    from localarea.classify.evidence import Evidence
    from localarea.records import Verdict


def answer_both(
    verdicts: Sequence[Verdict],
    postcodes: Sequence[str],
    reserving: Classifier,
    *,
    as_json: bool,
    evidence: Callable[[Verdict], Evidence] | None = None,
) -> None:
    """Print each verdict, and beside it the answer for reserving contracts."""
    reserved = [reserved_of(reserving, text) for text in postcodes]
    more = [evidence(verdict) for verdict in verdicts] if evidence else [None] * len(verdicts)
    if not as_json:
        said = zip(verdicts, reserved, more, strict=True)
        show(
            verdicts,
            [
                " ".join([both_sentences(v, r), *([found.sentence()] if found else [])])
                for v, r, found in said
            ],
        )
        return
    documents = []
    for verdict, other, found in zip(verdicts, reserved, more, strict=True):
        document = verdict.as_dict() | {"reservation": other.as_dict()}
        documents.append(document | ({"evidence": found.as_dict()} if found else {}))
    print_json(documents)
