"""Who may take each step of a decision: what pages and API ask a route's visitor for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from localarea.service.auth.identity import Identity, require

PutsForward = Annotated[Identity, Depends(require("put_forward"))]
Comments = Annotated[Identity, Depends(require("comment"))]
KeepsReport = Annotated[Identity, Depends(require("keep_report"))]
Returns = Annotated[Identity, Depends(require("return"))]
WithdrawsProposal = Annotated[Identity, Depends(require("withdraw_proposal"))]
Approves = Annotated[Identity, Depends(require("approve"))]
Withdraws = Annotated[Identity, Depends(require("withdraw"))]
Refreshes = Annotated[Identity, Depends(require("refresh"))]
