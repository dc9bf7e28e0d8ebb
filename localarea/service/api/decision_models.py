"""What the API of decisions takes and returns."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from localarea.classify.boundary import BORDERLINE_M
from localarea.decisions.queries import Status
from localarea.decisions.traces import ReportKind
from localarea.service.api.numbers import numbers
from localarea.service.report_jobs import LONGEST
from localarea.service.study.shortlists import LEAST, MOST

HIGHEST = 2**31 - 1  # of a number in the database


PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"  # no control characters but tab and line ends


Words = Annotated[str, Field(min_length=1, max_length=10_000, pattern=PLAIN)]


Line = Annotated[str, Field(max_length=300, pattern=PLAIN)]


Purpose = Literal["measure", "reservation"]


class Paging(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(extra="forbid")

    cursor: int | None = Field(None, ge=1, le=HIGHEST, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200, description="At most so many.")


class ProposalPaging(Paging):
    """Which proposals."""

    status: Status | None = Field(None, description="Only those that stand so.")


class ProposalIn(BaseModel):
    """An option or a scenario to put forward, one of the two."""

    model_config = ConfigDict(extra="forbid")

    option: str | None = Field(None, max_length=200, pattern=PLAIN, description="Id of an option.")
    scenario: str | None = Field(None, max_length=50_000, description="A scenario as TOML.")
    title: Line = Field("", description="One line for people; by default the option's own.")
    purpose: Purpose = Field(description="What the area is to be used for.")
    note: Words = Field(description="Why it is put forward.")
    half_left_out: Line = Field(
        "",
        description="Why it leaves out a named half of the council's mandate, where it does: "
        "needed then. It is added to the note.",
    )
    shortlist: list[Annotated[str, Field(max_length=200, pattern=PLAIN)]] = Field(
        [],
        max_length=MOST,
        description=f"Ids of the {LEAST} to {MOST} options that it was chosen from. They are kept "
        "with their figures as they are now.",
    )
    report: str = Field(
        "",
        max_length=LONGEST,
        pattern=PLAIN,
        description="`reference` of a report to Cabinet that is ready: its file is kept.",
    )


class Warned(BaseModel):
    """Why an area may not be one that contracts can be reserved to."""

    kind: str
    districts_cut: list[str]
    words: str


class CommentOut(BaseModel):
    """What somebody said about a proposal."""

    at: str
    by: str
    role: str
    text: str


class ReportToKeepIn(BaseModel):
    """A report to keep with a proposal."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(
        max_length=LONGEST, pattern=PLAIN, description="As given when the report was asked for."
    )


class ListedOption(BaseModel):
    """An option of a shortlist or of a report."""

    id: str
    title: str


class ShortlistedOption(ListedOption):
    """An option of a shortlist, and the checksum of its zones."""

    zones_sha256: str


class ShortlistCriterion(BaseModel):
    """A line of a shortlist: the figure of each option, as it was shown."""

    words: str
    unit: str
    better: Literal["higher", "lower", ""]
    figures: list[str]
    best: list[bool]


class Shortlist(BaseModel):
    """The options that a proposal was chosen from."""

    options: list[ShortlistedOption]
    criteria: list[ShortlistCriterion]
    directory_date: str


class KeptReportOut(BaseModel):
    """A report to Cabinet that is kept with a proposal."""

    sha256: str
    format: ReportKind
    size_bytes: int
    dated: str
    options: list[ListedOption]
    by: str
    at: str


class ProposalOut(BaseModel):
    """A proposal, and how it stands."""

    id: int
    council: str
    option_id: str
    title: str
    purpose: str
    note: str
    scenario: str
    status: str
    put_forward_by: str
    put_forward_at: str
    definition: str | None = Field(description="Id of the definition that it became.")


class ProposalWhole(ProposalOut):
    """A proposal with its comments, and a warning where there is one."""

    comments: list[CommentOut]
    warning: Warned | None
    shortlist: Shortlist | None = Field(
        description="The options that it was chosen from, as they were shown; null without one."
    )
    reports: list[KeptReportOut] = Field(description="Reports to Cabinet that are kept with it.")
    grounds: dict[str, Any] | None = Field(
        description="What was on the screen when it was approved: figures, what it was held "
        "against, who gains and who loses. Null until then."
    )


class ProposalPage(BaseModel):
    """Proposals, the newest first."""

    proposals: list[ProposalOut]
    next: int | None = Field(description="`cursor` of the next page; null on the last.")


class Said(BaseModel):
    """Words for the record."""

    model_config = ConfigDict(extra="forbid")

    text: Words = Field(description="What is said; it stands in the record for ever.")


class ApprovalIn(BaseModel):
    """What an approver decides."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=80, description="Its name for ever.")
    title: Line = Field(
        "",
        description="Public name of the area, as answers say it: by default the title of the "
        "proposal.",
    )
    effective_from: date = Field(description="The first day on which it holds.")
    backdated_because: Line = Field(
        "",
        description="Why it begins before today, where it does: needed then, and public. Answers "
        "given since change.",
    )
    half_left_out: Line = Field(
        "",
        description="Why it leaves out a named half of the council's mandate, where it does: "
        "needed then, and public. It is added to the reasons.",
    )
    effective_to: date | None = Field(None, description="Its last day.")
    reasons: Words = Field(description="Why this area: shown with the definition.")
    minute_reference: Words = Field(description="The minute that gives the authority.")
    supersedes: str | None = Field(
        None, max_length=80, description="Id of the definition that ends the day before."
    )
    borderline_m: float = Field(
        BORDERLINE_M,
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="Metres from the boundary within which an answer is borderline.",
    )
    seen: str = Field(
        "",
        max_length=64,
        description="What a page gave for all that was on it: refused where that has changed.",
    )
    borderline_min: float | None = Field(
        None,
        ge=0,
        le=600,
        allow_inf_nan=False,
        description="Of an option by minutes alone: how near its limit is borderline; else the "
        "stated error of minutes of that length.",
    )

    _numbers = numbers("borderline_m", "borderline_min")


class Approved(BaseModel):
    """A definition as it was approved."""

    id: str
    purpose: str
    council: str
    title: str
    option: str
    effective_from: str
    effective_to: str | None
    supersedes: str | None
    approved_by: str
    role: str
    approved_on: str
    reason: str
    minute: str
    borderline_m: float
    borderline_min: float | None = Field(
        None, description="Null where the option has no limit in minutes."
    )
    directory_date: str
    sha256: str
    terms_sha256: str
    repeated: bool = Field(description="Whether the record held this very decision already.")
    note: str | None = Field(description="What to have looked at before contracts are reserved.")


class WithdrawalIn(BaseModel):
    """From when a definition no longer holds, and why."""

    model_config = ConfigDict(extra="forbid")

    on: date = Field(description="The first day on which it no longer holds.")
    reason: Words = Field(description="Why it ends: shown with the definition.")


class Withdrawn(BaseModel):
    """A definition that was withdrawn."""

    id: str
    ended_on: str
    last_day: str


class RefreshIn(BaseModel):
    """The edition of a definition that was looked at."""

    model_config = ConfigDict(extra="forbid")

    seen: str = Field(
        "",
        max_length=64,
        pattern=PLAIN,
        description="`sha256` of what was looked at: refused where that has changed.",
    )


class ByStatus(BaseModel):
    """Numbers of postcodes by what is answered for them."""

    local: int
    not_local: int
    unknown: int


class ChangedPostcode(BaseModel):
    """A postcode that is answered otherwise."""

    postcode: str
    before: str
    after: str = Field(description="The status, and `, borderline` where it is.")


class RefreshChanges(BaseModel):
    """What changes when a definition is indexed from the directory in use."""

    definition: str
    before: str = Field(description="Month of the directory it is indexed from now.")
    after: str = Field(description="Month of the directory in use.")
    added: ByStatus = Field(description="Postcodes that only the directory in use has.")
    removed: ByStatus = Field(description="Postcodes that it no longer has.")
    terminated: ByStatus = Field(description="Those that ended between the two.")
    revived: ByStatus = Field(description="Those that came back into use.")
    moved: int = Field(description="Those whose zone or grid reference changed.")
    changed: list[ChangedPostcode]
    sha256: str = Field(description="Of the new edition's file: send it as `seen`.")


class RefreshedOut(RefreshChanges):
    """A definition that was indexed again."""

    entry: str = Field(description="Hash of its entry in the log; empty where it has none.")
    repeated: bool = Field(description="Whether this edition was there already.")


class Entry(BaseModel):
    """An entry of the log."""

    seq: int
    at: str
    actor: str
    role: str
    action: str
    subject: str
    details: dict[str, Any]
    previous: str
    hash: str


class Entries(BaseModel):
    """Entries of the log, the newest first."""

    entries: list[Entry]
    next: int | None


class Verified(BaseModel):
    """Whether the record and the folder of definitions hold together."""

    sound: bool
    entries: int
    head: str = Field(description="Hash of the last entry: note it in the minutes.")
    faults: list[str]
