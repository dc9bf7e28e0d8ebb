"""What the routes of contracts take and answer."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from localarea.contracts.acceptance import MOST_COMMENT
from localarea.contracts.model import MOST_REFERENCE, MOST_TEXT
from localarea.measures.report import ALL_QUARTERS
from localarea.service.api.numbers import numbers

_AMOUNT = r"^[0-9]{1,13}(\.[0-9]{1,4})?$"
_DAY = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"


class PledgeIn(BaseModel):
    """What the supplier promised of one measure."""

    model_config = ConfigDict(extra="forbid")

    measure: str = Field(max_length=20, description="Reference of a measure, such as `NT1`.")
    quarter: str = Field(
        default=ALL_QUARTERS,
        max_length=20,
        description="A quarter such as `2026-27 Q1`, or `all quarters`.",
    )
    target: str = Field(pattern=_AMOUNT, description="In the unit of the measure.")


class MilestoneIn(BaseModel):
    """What is due on a day."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(max_length=MOST_TEXT, description="What is due, in one line.")
    due: str = Field(pattern=_DAY, description="Day, YYYY-MM-DD.")
    measure: str | None = Field(
        default=None, max_length=20, description="Measure whose pledge it spreads."
    )
    target: str | None = Field(
        default=None, pattern=_AMOUNT, description="Of that measure, up to this day together."
    )


class ContractIn(BaseModel):
    """A contract to enter, or a correction of one."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(
        max_length=MOST_REFERENCE,
        description="Letters, digits, full stops, hyphens and underscores; as in the returns.",
    )
    title: str = Field(max_length=MOST_TEXT, description="What it is for, in one line.")
    supplier: str = Field(max_length=MOST_TEXT, description="Name of the supplier, no address.")
    department: str = Field(max_length=MOST_TEXT, description="Department that manages it.")
    value: str = Field(pattern=_AMOUNT, description="In pounds, as text so that no digit is lost.")
    first_day: str = Field(pattern=_DAY, description="First day, YYYY-MM-DD.")
    last_day: str = Field(pattern=_DAY, description="Last day, YYYY-MM-DD.")
    definition: str = Field(
        max_length=200, description="Published definition that it is measured under from award on."
    )
    rule: str = Field(
        default="", max_length=100, description="Counting rule; blank for the default."
    )
    pledges: list[PledgeIn] = Field(
        default_factory=list, max_length=1000, description="What was promised, by measure."
    )
    milestones: list[MilestoneIn] = Field(
        default_factory=list, max_length=1000, description="What is due, and when."
    )
    supersedes: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="Version that this corrects, the newest; none for a new contract.",
    )

    _numbers = numbers("supersedes")


class PledgeOut(BaseModel):
    """What was promised of one measure."""

    measure: str
    quarter: str
    target: str


class MilestoneOut(BaseModel):
    """What is due on a day."""

    title: str
    due: str
    measure: str | None = None
    target: str | None = None


class ContractOut(BaseModel):
    """A contract as it stands on the register."""

    reference: str
    title: str
    supplier: str
    department: str
    value: str
    first_day: str
    last_day: str
    definition: str
    definition_sha256: str = Field(description="Of the terms of the definition.")
    rule: str
    rule_version: str
    pledges: list[PledgeOut]
    milestones: list[MilestoneOut]
    council: str
    version: int
    entered_by: str
    entered_at: str
    notes: list[str] = Field(
        description="What to know of it: that its definition is not in force on its first day, "
        "what is unlikely of its milestones, and (not in the list of all) which returns to send "
        "again since its days were corrected."
    )


class Contracts(BaseModel):
    """The newest version of every contract, by reference."""

    contracts: list[ContractOut]


class Delivered(BaseModel):
    """What was delivered against what was pledged; amounts are texts."""

    target: str | None
    delivered: str | None = Field(
        description="None where it is withheld, nothing was returned, or there is no divisor."
    )
    withheld: bool = Field(description="It rests on 1 to 4 people, or would reveal such a figure.")


class QuarterOut(Delivered):
    """A measure in a quarter."""

    quarter: str


class MeasureOut(Delivered):
    """A measure of a contract over all quarters, and by quarter."""

    measure: str
    title: str
    unit: str
    priority: bool = Field(description="It is one of the council's priority measures.")
    expected: str | None = Field(description="Of the pledge by `judged_on`.")
    status: str = Field(
        description="`met`, `on track`, `behind`, `at risk`, `withheld`, `not due yet`; blank if "
        "nothing was pledged."
    )
    by_quarter: list[QuarterOut]


class QuarterOfReturnOut(BaseModel):
    """How far the return of a quarter has come."""

    quarter: str
    due: str = Field(description="Last day on which it is in time.")
    state: Literal["accepted", "sent", "returned", "late", "due", "not yet"]
    version: int | None = Field(description="The newest; none if nothing was sent.")
    counts: bool = Field(description="An accepted version is among the figures.")
    late: bool


class ContractWithMeasures(ContractOut):
    """A contract with every measure that was pledged or returned."""

    measures: list[MeasureOut]
    privacy: str
    on: str = Field(description="Day on which it is looked at.")
    judged_on: str | None = Field(
        description="End of the last quarter whose return was accepted or is due."
    )
    quarters: list[QuarterOfReturnOut]
    late: list[str]
    waiting: list[str] = Field(description="Quarters whose return waits to be accepted.")
    at_risk: bool
    reasons: list[str] = Field(description="Why it is at risk; sentences for people.")


class ReturnOut(BaseModel):
    """A return as it was counted; its figures are among those of the contract."""

    reference: str
    quarter: str
    version: int
    contract_version: int
    measures: list[str] = Field(description="Measures that it has figures of.")
    sent_by: str
    sent_at: str
    state: Literal["sent", "accepted", "returned"] = Field(
        description="Only what is accepted counts; what the council enters itself is, at once."
    )
    comment: str = Field(description="What the contract manager said of it; may be blank.")
    decided_by: str | None
    decided_at: str | None
    receipt: dict[str, Any] = Field(
        description="Hashes, definition, rule, and rows by number and reason; no cell of a return."
    )


class DecisionIn(BaseModel):
    """What is decided on a return that a supplier sent."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["accepted", "returned"] = Field(
        description="`accepted`: it counts. `returned`: the supplier is to put it right."
    )
    comment: str = Field(
        default="",
        max_length=MOST_COMMENT,
        description="For the supplier; needed where it is returned. No postcode.",
    )


class ReturnSent(ReturnOut):
    """A return that was just counted."""

    notes: list[str] = Field(description="What was not counted, and why; sentences for people.")


class Returns(BaseModel):
    """Every version of every return of a contract."""

    returns: list[ReturnOut]


class IndicatorQuarter(QuarterOut):
    """A measure over all contracts of a series in a quarter."""

    returns: int = Field(description="Number of contracts with a return of it.")


class SeriesOut(BaseModel):
    """A measure over the contracts that are counted under one definition by one rule."""

    definition: str
    definition_sha256: str
    rule: str
    rule_version: str
    contracts: int
    delivered: str | None
    withheld: bool
    by_quarter: list[IndicatorQuarter]


class GroupOut(Delivered):
    """A measure over the contracts of a group, under one definition and rule."""

    group: str
    theme: str
    measure: str
    title: str
    unit: str
    definition: str
    rule: str
    contracts: int
    expected: str | None
    status: str
    value_gbp: str | None = Field(
        default=None, description="Pounds by the proxy values that `proxies` names, if there are."
    )


class ProxiesOut(BaseModel):
    """Where proxy values are from; no money stands without."""

    edition: str
    source: str


class Indicator(BaseModel):
    """A measure over time: a series under each definition, never joined."""

    measure: str
    title: str
    unit: str
    privacy: str
    series: list[SeriesOut]
    proxies: ProxiesOut | None = Field(description="Of the proxy values that hold, if any.")
    groups: list[GroupOut] = Field(description="Every measure by what `by` names; else none.")
