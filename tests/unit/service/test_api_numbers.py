"""``true`` in a JSON body is no number, though Python would take it for 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from localarea.service.api.contracts.contract_models import ContractIn
from localarea.service.api.decision_models import ApprovalIn
from localarea.service.api.keys import NewKey
from localarea.service.api.study import StudyFields

if TYPE_CHECKING:
    from pydantic import BaseModel


def faults(model: type[BaseModel], **fields: Any) -> set[str]:
    """Give the kinds of fault of one field, whatever else is missing."""
    (name,) = fields
    try:
        model.model_validate(fields)
    except ValidationError as raised:
        return {fault["type"] for fault in raised.errors() if fault["loc"][0] == name}
    return set()


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (StudyFields, "minutes"),
        (StudyFields, "share"),
        (StudyFields, "containment"),
        (ContractIn, "supersedes"),
        (ApprovalIn, "borderline_m"),
        (ApprovalIn, "borderline_min"),
        (NewKey, "days"),
    ],
)
def test_true_is_no_number(model: type[BaseModel], field: str) -> None:
    assert faults(model, **{field: True}) == {"truth_value"}
    assert faults(model, **{field: 1}) == set()
