"""What the API says and takes about files: their forms and their documents."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from localarea.service.api.boundary_fields import Under
from localarea.service.councils import ANCHOR_OF_A_CHECK, COUNCIL_THAT_ANSWERS, LONGEST
from localarea.service.files.job_store import FileJob
from localarea.service.files.runner import JobRunner
from localarea.service.parameters import taken_names

MOST_COLUMNS: Final = 10
HeaderWords = Literal["codes", "people"]


def file_form(description: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """Describe a form that sends one file, with fields beside it."""
    file = {"type": "string", "format": "binary", "description": description}
    schema = {"type": "object", "required": ["file"], "properties": {"file": file, **fields}}
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


FORM: Final = file_form(
    "CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet, recognised by its content.",
    column={
        "type": "array",
        "items": {"type": "string", "maxLength": 500},
        "maxItems": MOST_COLUMNS,
        "description": "Header or number of the column of postcodes; further ones are looked at "
        "where it is empty. Found by itself if left out.",
    },
    sheet={
        "type": "string",
        "description": "Sheet of a workbook. Found by itself if left out.",
    },
    option={"type": "string", "description": "Id of an option."},
    definition={
        "type": "string",
        "description": "Id of a published definition; by default the one in force on the day.",
    },
    on={"type": "string", "description": "Day, YYYY-MM-DD."},
    council={"type": "string", "maxLength": LONGEST, "description": COUNCIL_THAT_ANSWERS},
    anchor={"type": "string", "maxLength": LONGEST, "description": ANCHOR_OF_A_CHECK},
    headers={
        "type": "string",
        "enum": ["codes", "people"],
        "description": "Words of the columns that are added: codes, as by default, or words for "
        "people.",
    },
)
UNDER: Final = ("option", "definition", "on", "council", "anchor")  # fields that say what decides
FIELDS: Final = taken_names({"sheet", "headers", *UNDER}, repeated={"column"})


class Money(BaseModel):
    """Amounts of a file, added up by answer; money is text in pounds with two decimals."""

    column: str = Field(description="The column of amounts; one without VAT if there is one.")
    note: str = Field(description="Which other columns it could have been; empty if it was clear.")
    by_status: dict[str, str]
    payments: dict[str, int] = Field(description="Rows with an amount, by status.")
    total: str
    without_amount: int = Field(description="Rows with an answer and without an amount.")
    set_apart: int = Field(description="Rows with an amount and no answer, such as totals.")
    set_apart_total: str


class SupplierOut(BaseModel):
    """What one supplier was paid in rows of one answer."""

    name: str
    amount: str = Field(description="In pounds with two decimals, refunds taken off.")
    payments: int = Field(description="Rows with an amount.")


class SheetOut(BaseModel):
    """A sheet of a workbook, before the check."""

    name: str
    postcodes: int = Field(description="Rows among its first with a postcode.")
    rows: int = Field(description="Filled rows that were looked at.")
    chosen: bool
    hidden: bool


class ColumnOut(BaseModel):
    """A column, before the check."""

    number: int
    header: str
    use: str = Field(description="What it would be read for; empty if it would not be read.")
    kind: str = Field(description="`site`, `plain`, `billing` or `registered`, if it is known.")
    order: int = Field(description="1 for the column that is used first; 0 if it is not used.")
    postcodes: int


class RowOut(BaseModel):
    """One of the first rows, before the check."""

    number: int
    cells: list[str]
    read: str = Field(description="What would be checked; empty if nothing was found.")
    column: str
    note: str


class PreviewOut(BaseModel):
    """How a file would be read: to be confirmed, or changed."""

    kind: str
    sheets: list[SheetOut]
    sheet: str | None
    columns: list[ColumnOut]
    rows: list[RowOut]
    notes: list[str]
    fault: str = Field(description="Why it cannot be checked so; empty if it can.")


class FileOut(BaseModel):
    """A file that is checked, and how far that is."""

    id: str
    status: str = Field(description="`waiting`, `running`, `previewed`, `done`, `failed`.")
    file_name: str
    size_bytes: int
    definition: str | None = Field(description="What it was checked against.")
    rows_done: int
    rows_total: int | None = Field(description="Not known before the end.")
    column: str | None = Field(description="The column that held the postcodes.")
    by_status: dict[str, int] | None
    by_reason: dict[str, int] | None
    by_status_and_reason: dict[str, dict[str, int]] | None = Field(
        description="For each status the rows of each reason: a reason may come with several. Null "
        "for a file that was checked before this was counted."
    )
    borderline: int | None
    not_payments: int | None = Field(
        description="Rows that hold no payment, such as totals: in no other count."
    )
    money: Money | None = Field(description="Null if the file has no column of amounts.")
    suppliers: dict[str, list[SupplierOut]] = Field(
        description="The suppliers that were paid most, for each status that has some."
    )
    sheet: str | None = Field(description="The sheet that was checked.")
    on: str | None = Field(description="The day that was asked for, YYYY-MM-DD.")
    council: str | None = Field(description="The council that was named; null for the own.")
    anchor: str | None = Field(description="The place to measure from that was named.")
    sent_by: str
    sha256: str | None = Field(description="Of the file as it was sent.")
    reference: str | None = Field(description="Of the receipt, by which anybody can verify it.")
    preview: PreviewOut | None = Field(description="Only while the status is `previewed`.")
    notes: list[str]
    problem: str | None = Field(description="What went wrong, and what to do next.")
    columns: list[str] = Field(description="Columns to choose from, where the column was wrong.")
    sheets: list[str] = Field(description="Sheets of the workbook.")
    made_at: str
    ended_at: str | None
    expires_at: str = Field(description="When the file and its result are deleted.")


class Files(BaseModel):
    """The files of whoever asks."""

    files: list[FileOut]


class Looking(BaseModel):
    """Other columns or another sheet to show a preview of."""

    model_config = ConfigDict(extra="forbid")

    columns: list[str] = Field(
        default=[], max_length=MOST_COLUMNS, description="In order of preference."
    )
    sheet: str | None = Field(
        None, max_length=200, description="Sheet of a workbook, or `all`; found if left out."
    )


class Confirming(Under, Looking):
    """How a file is to be checked."""

    headers: HeaderWords = Field("codes", description="Words of the columns that are added.")


def shown(job: FileJob, runner: JobRunner) -> FileOut:
    """Return a job as the API shows it."""
    detail = runner.detail(job.id) if job.over else {}
    result, request = job.result, job.request
    names = ("id", "file_name", "size_bytes", "definition", "rows_done")
    times = ("problem", "made_at", "ended_at", "expires_at")
    counts = ("column", "by_status", "by_reason", "by_status_and_reason", "borderline")
    further = ("not_payments", "money", "sheet", "sha256", "reference")
    facts: dict[str, Any] = {name: getattr(job, name) for name in (*names, *times)}
    facts |= {name: result.get(name) for name in (*counts, *further)}
    facts |= {"status": job.stage, "notes": result.get("notes", [])}
    facts |= {name: detail.get(name, []) for name in ("columns", "sheets")}
    facts["suppliers"] = detail.get("suppliers", {})
    facts |= {name: request.get(name) for name in ("on", "council", "anchor")}
    facts["sent_by"] = request.get("by", "")
    previewed = job.stage == "previewed"
    facts["preview"] = detail.get("preview") if previewed else None
    facts["rows_total"] = None if previewed else job.rows_total
    return FileOut(**facts)
