"""Freeze what a contract is measured under: the definition and the rule, at award."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localarea.errors import ConflictError, InputError, NotFoundError
from localarea.measures.rules import read_rules

if TYPE_CHECKING:
    from localarea.classify.classifier import Classifier
    from localarea.contracts.model import Contract
    from localarea.definitions.store import DefinitionStore
    from localarea.measures.rules import CountingRule


def freeze(contract: Contract, definitions: DefinitionStore, *, council: str) -> Contract:
    """
    Return the contract with the hash of its definition and the version of its rule.

    ``contract``: as a person stated it. ``council``: key of the council whose register it is.
    InputError if the definition is not published here, is not for measures or is another council's,
    or there is no such rule.
    """
    try:
        found = definitions.open(contract.definition).definition
    except NotFoundError:
        known = ", ".join(definitions.ids()) or "none yet"
        raise InputError(
            f"there is no published definition {contract.definition!r}; there are: {known}. "
            "A contract is measured under a definition that was published",
            parameter="definition",
        ) from None
    if found.purpose != "measure":
        raise InputError(
            f"the definition {found.id} is for reserving contracts; name one for measures",
            parameter="definition",
        )
    if found.council != council:
        raise InputError(
            f"the definition {found.id} is of the council {found.council}, not of {council}",
            parameter="definition",
        )
    rules = read_rules()
    rule = rules.get(contract.rule) if contract.rule else next(iter(rules.values()))
    if rule is None:
        raise InputError(
            f"there is no counting rule {contract.rule!r}; there are: {', '.join(rules)}",
            parameter="rule",
        )
    return replace(
        contract,
        definition_sha256=found.terms_sha256,
        rule=rule.id,
        rule_version=rule.version,
    )


def rule_of(contract: Contract) -> CountingRule:
    """
    Return the counting rule that was frozen at award.

    ConflictError if this version of localarea has another version of it.
    """
    rule = read_rules().get(contract.rule)
    if rule is None or rule.version != contract.rule_version:
        raise ConflictError(
            f"the contract is counted by the rule {contract.rule} version {contract.rule_version}, "
            "which this version of localarea does not have; count the return with one that has it"
        )
    return rule


def require_same_definition(contract: Contract, classifier: Classifier) -> None:
    """
    Raise an error unless a classifier answers under the terms that were frozen at award.

    ConflictError if the definition of that name has other terms here.
    """
    opened = classifier.opened
    if opened is None or opened.definition.terms_sha256 != contract.definition_sha256:
        raise ConflictError(
            f"the definition {contract.definition} has other terms here than when the contract "
            "was entered; restore its file from the back-up"
        )
