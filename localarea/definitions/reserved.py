"""Answer beside a verdict: whether a postcode is inside the area for reserving contracts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from localarea.classify.classifier import Classifier
    from localarea.records import Verdict

_SAID: Final = {True: "yes", False: "no", None: "not known"}
_INSIDE: Final = {"local": True, "not_local": False, "unknown": None}


@dataclass(frozen=True, slots=True)
class Reserved:
    """
    Whether a postcode is inside the area to which contracts may be reserved.

    Attributes
    ----------
    inside : bool or None
        None if the postcode cannot be placed.
    borderline : bool
        Whether the postcode is so near the line that its site may be on the other side.
    """

    definition: str
    inside: bool | None
    borderline: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, for JSON."""
        return asdict(self) | {"explanation": self.sentence()}

    @property
    def said(self) -> str:
        """Return the answer in a word or two."""
        return f"{_SAID[self.inside]}{' (borderline)' if self.borderline else ''}"

    def sentence(self) -> str:
        """Return the answer as a sentence."""
        return (
            "Inside the area to which this contract may be reserved (definition "
            f"{self.definition}): {self.said}."
        )


def reserved_of(classifier: Classifier, text: str) -> Reserved:
    """Check a postcode against the definition for reserving contracts."""
    verdict = classifier.check(text)
    return Reserved(verdict.definition, _INSIDE[verdict.status], verdict.borderline)


def both_sentences(verdict: Verdict, reserved: Reserved) -> str:
    """Return the answers for both purposes, one after the other."""
    said = _SAID[_INSIDE[verdict.status]]
    near = " (borderline)" if verdict.borderline else ""
    option = verdict.definition.removeprefix("option:")
    is_option = option != verdict.definition
    what = f"under option {option}" if is_option else "for social value measures"
    return f"Local {what}: {said}{near}. {reserved.sentence()}"
