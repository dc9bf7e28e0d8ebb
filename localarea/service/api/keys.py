"""API keys: who may call by machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from localarea.contracts.model import MOST_REFERENCE
from localarea.decisions import api_keys
from localarea.decisions.record.roles import Actor, Role
from localarea.decisions.supplier_access import contracts_of_keys
from localarea.errors import NotAllowedError
from localarea.service.api.numbers import numbers
from localarea.service.auth.identity import Identity, TheState, require
from localarea.service.http.errors import problems
from localarea.service.state import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(tags=["Keys"], dependencies=[Depends(require("administer"))])
Administrator = Annotated[Identity, Depends(require("administer"))]


KeyId = Annotated[str, Path(description="The `id` of a key.", max_length=100)]


class NewKey(BaseModel):
    """What a key is to be."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100, description="Who holds it, such as `contract register`.")
    roles: list[Role] = Field(
        min_length=1, max_length=6, description="Never `approver`; `supplier` goes with no other."
    )
    days: int = Field(ge=1, le=api_keys.MOST_DAYS, description="For so many days it holds.")
    contracts: list[Annotated[str, Field(max_length=MOST_REFERENCE)]] = Field(
        default_factory=list,
        max_length=100,
        description="References of the contracts that the key of a supplier is for.",
    )

    _numbers = numbers("days")


class KeyOut(BaseModel):
    """What is kept of a key; not the key itself."""

    id: str
    name: str
    roles: list[Role]
    made_by: str
    made_at: str
    expires_on: str
    revoked_at: str | None
    last_used_on: str | None
    contracts: list[str] = Field(description="Contracts that a supplier may see by it today.")


class KeyMade(KeyOut):
    """A new key, shown this once."""

    key: str = Field(description="Send it as `Authorization: Bearer KEY`.")


class Keys(BaseModel):
    """All keys, the newest first."""

    keys: list[KeyOut]


@router.get("/keys", response_model=Keys, responses=problems(401, 403, 503))
def list_keys(state: TheState) -> dict[str, object]:
    """List all keys, those that ended too."""
    with state.database.reading() as connection:
        own = contracts_of_keys(connection, today=state.today)
        return {"keys": [_out(key, own) for key in api_keys.list_keys(connection)]}


@router.post(
    "/keys",
    status_code=201,
    response_model=KeyMade,
    responses=problems(401, 403, 422, 503),
)
def make_key(state: TheState, who: Administrator, asked: NewKey) -> dict[str, object]:
    """Make a key. Keep it well: it is shown this once."""
    key, text = api_keys.make(
        state.database,
        name=asked.name,
        roles=asked.roles,
        days=asked.days,
        actor=administrator(who),
        now=clock.now(),
        contracts=asked.contracts,
    )
    return {**_out(key, {key.id: sorted(set(asked.contracts))}), "key": text}


@router.delete(
    "/keys/{identity}",
    response_model=KeyOut,
    responses=problems(401, 403, 404, 409, 422, 503),
)
def revoke_key(
    request: Request, state: TheState, who: Administrator, identity: KeyId
) -> dict[str, object]:
    """Revoke a key: at once here, within seconds in other processes."""
    key = api_keys.revoke(state.database, identity, actor=administrator(who), now=clock.now())
    request.app.state.admission.keys.forget()
    return _out(key, {})


def administrator(who: Identity) -> Actor:
    """
    Return who makes or revokes a key, as the record names them.

    NotAllowedError if it is itself a key: who got hold of one could else make more of them.
    """
    if who.via == "key":
        raise NotAllowedError("key", "make_or_revoke_keys", ["admin, held by a person"])
    return Actor(who.name, "admin", who.post)


def _out(key: api_keys.ApiKey, own: Mapping[str, list[str]]) -> dict[str, object]:
    kept = {name: getattr(key, name) for name in KeyOut.model_fields if name != "contracts"}
    return {**kept, "contracts": own.get(key.id, [])}
