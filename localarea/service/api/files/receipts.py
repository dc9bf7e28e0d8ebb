"""Receipts of checked files in the record: anybody with a reference can verify one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from localarea.decisions.receipts import StoredReceipt, receipt, receipts_of
from localarea.errors import NotFoundError
from localarea.service.auth.identity import TheState, current_identity, require
from localarea.service.http.errors import problems
from localarea.service.state.state import State

router = APIRouter(tags=["Receipts"])

Reference = Annotated[
    str,
    InPath(max_length=60, description="As the receipt gives it: seven groups of four characters."),
]


class ReceiptOut(BaseModel):
    """The receipt of a checked file, without rows, postcodes or the name of the file."""

    reference: str
    at: str = Field(description="When it was entered in the record, in UTC.")
    by: str | None = Field(description="Who had the file checked; null unless you are signed in.")
    receipt: dict[str, Any] = Field(
        description="What was checked, against what, counts, and the hashes of input and result."
    )


class ReceiptsOut(BaseModel):
    """Receipts that name a file."""

    receipts: list[ReceiptOut]


def find_receipt(state: State, reference: str) -> StoredReceipt:
    """Find the receipt of a file."""
    with state.database.reading() as connection:
        found = receipt(connection, reference)
    if found.kind != "file":
        raise NotFoundError("this is the reference of a letter; verify it on the page /letters")
    return found


def receipts_by_hash(state: State, sha256: str) -> list[StoredReceipt]:
    """List the receipts that name a file, as what was checked or as the result."""
    with state.database.reading() as connection:
        return [found for found in receipts_of(connection, sha256) if found.kind == "file"]


def who_of(request: Request, found: StoredReceipt) -> str | None:
    """Name who had a file checked, to people who are signed in."""
    return found.by if current_identity(request).via != "anonymous" else None


def _shown(request: Request, found: StoredReceipt) -> ReceiptOut:
    return ReceiptOut(
        reference=found.reference,
        at=found.at,
        by=who_of(request, found),
        receipt=found.document,
    )


@router.get(
    "/receipts",
    response_model=ReceiptsOut,
    responses=problems(401, 403, 422, 503),
    dependencies=[Depends(require("check"))],
)
def find_receipts(
    request: Request,
    state: TheState,
    sha256: Annotated[
        str,
        Query(max_length=100, description="SHA-256 of a file that was checked, or of a result."),
    ],
) -> ReceiptsOut:
    """Find the receipts that name a file: whether a file was checked here, or is a result."""
    return ReceiptsOut(
        receipts=[_shown(request, found) for found in receipts_by_hash(state, sha256)]
    )


@router.get("/receipts/{reference}", response_model=ReceiptOut, responses=problems(404, 422, 503))
def show_receipt(reference: Reference, request: Request, state: TheState) -> ReceiptOut:
    """Show a receipt. Anybody who has its reference may see it."""
    return _shown(request, find_receipt(state, reference))
