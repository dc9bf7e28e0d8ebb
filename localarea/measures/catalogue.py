"""Catalogue of the measures that depend on "local": what they count, units and postcodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ReturnKind = Literal["staff", "spend", "visits", "rounds"]


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A social value measure.

    Attributes
    ----------
    ref : str
        Reference in the National TOMs, or the council's own.
    flags : tuple of str
        Columns of the staff return, of which at least one must be yes; empty for everyone.
    """

    ref: str
    title: str
    unit: str
    kind: ReturnKind
    flags: tuple[str, ...] = ()

    @property
    def theme(self) -> str:
        """Return the theme of the National TOMs that the measure belongs to."""
        return "Jobs" if self.kind in ("staff", "visits") else "Growth"

    @property
    def adds_up(self) -> bool:
        """Return whether figures of it can be added up: those of a share or a ratio cannot."""
        return self.unit not in ("%", "ratio")


# References and units are those of the National TOMs as the field describes them. The last
# staff measure is the council's own, requested by its Task and Finish Group on 24 January 2019.
MEASURES: Final = (
    Measure("NT1", "Local direct employees on the contract", "FTE", "staff"),
    Measure("NT1c", "Local employees of the supply chain on the contract", "FTE", "staff"),
    Measure("NT2", "Share of the contract's workforce that is local", "%", "staff"),
    Measure(
        "NT3", "Long-term unemployed people employed", "FTE", "staff", ("long_term_unemployed",)
    ),
    Measure("NT3a", "Armed forces veterans employed", "FTE", "staff", ("veteran",)),
    Measure(
        "NT4", "People not in education, employment or training employed", "FTE", "staff", ("neet",)
    ),
    Measure("NT5", "Rehabilitating offenders employed", "FTE", "staff", ("ex_offender",)),
    Measure("NT6", "People with disabilities employed", "FTE", "staff", ("disabled",)),
    Measure(
        "ARMED-FORCES",
        "Jobs for current or ex-armed-forces personnel (the council's own measure)",
        "FTE",
        "staff",
        ("armed_forces", "veteran"),
    ),
    Measure("NT10", "Apprenticeships on the contract", "weeks", "staff", ("apprentice",)),
    Measure("NT8", "School and college visits", "staff hours", "visits"),
    Measure("NT18", "Spend in the local supply chain", "GBP", "spend"),
    Measure("NT19", "Spend with local micro, small and medium enterprises", "GBP", "spend"),
    Measure("LOCAL-SPEND", "Share of contract spend that is local", "%", "spend"),
    Measure("LM3", "Local multiplier over three rounds", "ratio", "rounds"),
)
MEASURE_OF: Final = {measure.ref: measure for measure in MEASURES}
# If the rule says so, a person counts under only one of these: the first in this order.
DISADVANTAGED: Final = ("NT3", "NT3a", "NT4", "NT5", "NT6")
