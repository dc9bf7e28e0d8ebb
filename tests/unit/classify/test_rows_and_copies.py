"""The rows that texts stand for, in arrays of every kind, and classifiers in other processes."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from localarea.classify.bulk import rows_of_arrow
from localarea.classify.directory import Directory

if TYPE_CHECKING:
    from localarea.classify.classifier import Classifier

TEXTS = [
    "CO1 1JB",
    None,
    "co11jb",
    "a text that is long",
    "33 High St, CO1 1JB",
    "CO1 1CC",
    "CO1",
    "33 High St, CO1 1JB",
]
FOUND = [True, False, True, False, True, False, False, True]


@pytest.mark.parametrize(
    "made",
    [
        lambda: pa.array(TEXTS),
        lambda: pa.array(TEXTS, pa.large_string()),
        lambda: pa.array(TEXTS).dictionary_encode(),
        lambda: pa.array(["before", *TEXTS])[1:],
        lambda: pa.chunked_array([TEXTS[:2], [], TEXTS[2:]], pa.string()),
    ],
    ids=["texts", "large texts", "dictionary", "slice", "chunks"],
)
def test_texts_of_one_postcode_stand_for_one_row(classifier: Classifier, made: object) -> None:
    rows = rows_of_arrow(made(), classifier.verdicts)  # type: ignore[operator]
    assert (rows >= 0).tolist() == FOUND
    assert len(set(rows[rows >= 0].tolist())) == 1


def test_an_array_without_blanks_has_none(classifier: Classifier) -> None:
    rows = rows_of_arrow(pa.array(["CO1 1JB", "IP1 1AA"]), classifier.verdicts)
    assert len(set(rows.tolist())) == 2
    assert len(rows_of_arrow(pa.array([], pa.string()), classifier.verdicts)) == 0


def test_a_classifier_that_was_sent_answers_as_the_one_that_sent_it(classifier: Classifier) -> None:
    sent = pickle.dumps(classifier)
    assert len(sent) < 20_000  # the boundary, not the index
    there = pickle.loads(sent)  # noqa: S301 -- our own
    assert there is pickle.loads(sent)  # noqa: S301 -- one process builds it once
    for text in ("CO1 1JB", "IP1 1AA", "CO1", "nothing"):
        assert there.check(text) == classifier.check(text)


def test_zones_of_a_system_that_is_not_named_have_no_names() -> None:
    assert Directory("own").zone_names == {}
