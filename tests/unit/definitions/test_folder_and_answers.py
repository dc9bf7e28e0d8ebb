"""Definitions in a folder: what may follow what, what is exported, and what they say beside."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from definition_cases import APPROVAL, tiny_file

from localarea.checking.receipt import basis_of
from localarea.definitions.boundary_choice import BoundaryChoice, choose_classifier
from localarea.definitions.decided.endings import End
from localarea.definitions.decided.take_overs import TakeOver
from localarea.definitions.exports import export_definition, local_postcodes
from localarea.definitions.geopackage import OpenDefinition
from localarea.definitions.geopackage_writer import SEAL
from localarea.definitions.reserved import both_sentences, reserved_of
from localarea.definitions.sealed_directory import classifier_of_file, classifier_under
from localarea.definitions.store import DefinitionStore
from localarea.errors import (
    ChecksumError,
    ConflictError,
    DefinitionDamagedError,
    DefinitionNotFoundError,
    InputError,
    NotFoundError,
    SchemaError,
)
from localarea.records import Verdict

if TYPE_CHECKING:
    from pathlib import Path

ID, LATER = APPROVAL.id, "colchester-measure-2027.1"


@pytest.fixture
def folder(tmp_path: Path) -> DefinitionStore:
    made = DefinitionStore(tmp_path / "definitions")
    made.add(tiny_file())
    return made


def ended(on: str = "2026-06-01") -> End:
    return End(
        definition=ID, ended_on=on, kind="withdrawn", successor=None, by="Dee", at=on, reason="no"
    )


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"id": ID, "title": "Other terms"}, ConflictError, ID),
        ({"id": LATER}, ConflictError, "is in force from 1 April 2026 until further notice"),
        ({"id": LATER, "effective_to": "2026-04-01"}, ConflictError, "may not share a day"),
        ({"id": LATER, "supersedes": ID}, ConflictError, "withdraw it from that day on, then"),
        (
            {"id": LATER, "supersedes": "colchester-measure-2020.1"},
            NotFoundError,
            "2020.1, which is not here: get that one from its publisher and import it first",
        ),
        (
            {"id": LATER, "supersedes": ID, "purpose": "reservation",
             "effective_from": "2027-04-01"},
            ConflictError,
            "only one of that council",
        ),
        (
            {"id": LATER, "supersedes": ID, "council": "babergh", "effective_from": "2027-04-01"},
            ConflictError,
            "is of council colchester for measure",
        ),
    ],
)  # fmt: skip
def test_what_may_not_stand_beside_or_after_another(
    folder: DefinitionStore, changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        folder.add(tiny_file(**changes))
    assert folder.ids() == [ID]


def test_one_that_holds_for_a_single_day_has_that_day_to_itself(tmp_path: Path) -> None:
    store = DefinitionStore(tmp_path / "definitions")
    store.add(tiny_file(effective_to="2026-04-01"))  # the day from which it holds
    with pytest.raises(ConflictError, match="from 1 April 2026 until 1 April 2026"):
        store.add(tiny_file(id=LATER, effective_from="2026-04-01"))
    store.add(tiny_file(id=LATER, effective_from="2026-04-02"))
    assert store.ids() == [ID, LATER]


def test_one_follows_another_once(folder: DefinitionStore) -> None:
    folder.add(tiny_file(id=LATER, supersedes=ID, effective_from="2027-04-01"))
    first, second = sorted(folder.kept(), key=lambda kept: kept.definition.id)
    assert (first.last_day, first.superseded_by) == ("2027-03-31", LATER)
    assert second.last_day == "9999-12-31"
    again = tiny_file(id="third", supersedes=ID, effective_from="2028-04-01")
    with pytest.raises(ConflictError, match=f"has already been superseded by {LATER}"):
        folder.add(again)


def test_one_that_was_withdrawn_is_not_superseded_and_leaves_its_days(
    folder: DefinitionStore,
) -> None:
    folder.place_end(ended("2026-04-01"))  # on its first day: it never held
    with pytest.raises(ConflictError, match="was already withdrawn from 1 April 2026"):
        folder.add(tiny_file(id=LATER, supersedes=ID, effective_from="2027-04-01"))
    folder.add(tiny_file(id=LATER))
    found = folder.in_force("2026-04-01", council="colchester")
    assert found is not None
    assert found.definition.id == LATER


def test_two_councils_definitions_of_a_day_must_be_named(folder: DefinitionStore) -> None:
    folder.add(tiny_file(id="babergh-measure-2026.1", council="babergh"))
    with pytest.raises(InputError, match="several definitions are in force on 1 April 2026"):
        folder.in_force("2026-04-01")
    found = folder.in_force("2026-04-01", council="babergh")
    assert found is not None
    assert found.definition.council == "babergh"


def test_a_file_in_the_folder_of_another_is_told(folder: DefinitionStore) -> None:
    path = folder.root / "another" / "2025-11.gpkg"
    path.parent.mkdir()
    path.write_bytes(tiny_file())
    for read in (folder.kept, lambda: folder.open("another")):
        with pytest.raises(DefinitionDamagedError, match=f"it is the definition {ID}"):
            read()


def test_an_edition_that_there_is_none_of_and_one_with_other_bytes(
    folder: DefinitionStore,
) -> None:
    assert folder.open(ID, "2025-11").definition.id == ID
    with pytest.raises(DefinitionNotFoundError, match=f"{ID} of 2026-02"):
        folder.open(ID, "2026-02")
    assert folder.add(tiny_file()).name == "2025-11.gpkg"  # the same again is no fault
    with pytest.raises(ConflictError, match="with other bytes; a definition is never edited"):
        folder.add(tiny_file(software="another version"))


def test_another_process_opens_the_very_file(folder: DefinitionStore) -> None:
    opened = folder.open(ID)
    judge = classifier_of_file(opened.path, opened.sha256, opened.last_day)
    assert judge.boundary.id == ID
    assert pickle.loads(pickle.dumps(classifier_under(opened))) is judge  # noqa: S301 -- our own
    with pytest.raises(ChecksumError):
        classifier_of_file(opened.path, "0" * 64, opened.last_day)


NEXT = {"id": LATER, "supersedes": ID, "effective_from": "2027-04-01"}


@pytest.mark.parametrize(
    ("stated", "later", "end", "said"),
    [
        (None, None, None, "in force from 1 April 2026,"),
        ("2028-02-29", None, None, "in force from 1 April 2026 until 29 February 2028,"),
        ("2028-02-29", NEXT, None, "in force from 1 April 2026 until 31 March 2027,"),
        (None, NEXT, None, "in force from 1 April 2026 until 31 March 2027,"),
        (None, None, "2026-06-01", "in force from 1 April 2026 until 31 May 2026,"),
        (
            None,
            None,
            "2026-04-01",
            "which was to be in force from 1 April 2026 and was withdrawn before,",
        ),
    ],
)
def test_an_answer_names_the_last_day_as_it_turned_out(
    tmp_path: Path,
    stated: str | None,
    later: dict[str, Any] | None,
    end: str | None,
    said: str,
) -> None:
    folder = DefinitionStore(tmp_path / "definitions")
    folder.add(tiny_file(effective_to=stated))
    if later:
        folder.add(tiny_file(**later))
    if end:
        folder.place_end(ended(end))
    judge = classifier_under(folder.open(ID))
    assert f"(for social value measures), {said} approved by" in judge.boundary.basis
    there = pickle.loads(pickle.dumps(judge))  # noqa: S301 -- our own
    assert there.boundary == judge.boundary
    last = {"2026-06-01": "2026-05-31", "2026-04-01": "2026-03-31"}.get(end or "", stated)
    assert basis_of(judge).holds_to == ("2027-03-31" if later else last)


def test_a_classifier_that_is_kept_is_not_the_one_of_before_a_withdrawal(
    folder: DefinitionStore,
) -> None:
    kept: dict[Any, Any] = {}

    def keep(key: Any, make: Any) -> Any:
        if key not in kept:
            kept[key] = make()
        return kept[key]

    def said() -> str:
        asked = BoundaryChoice(definition=ID)
        made = choose_classifier(
            asked, folder, today="2026-05-01", store=lambda: pytest.fail("no table"), keep=keep
        )
        return made.boundary.basis

    assert said() == said()
    assert len(kept) == 1
    folder.place_end(ended("2026-06-01"))
    assert "until 31 May 2026, approved" in said()


def test_the_last_day_is_that_of_the_terms_where_another_file_is_damaged(
    folder: DefinitionStore,
) -> None:
    folder.add(tiny_file(**NEXT))
    (folder.root / LATER / "2025-11.gpkg").chmod(0o600)
    (folder.root / LATER / "2025-11.gpkg").write_bytes(b"")
    assert folder.open(ID).last_day == "9999-12-31"


def test_what_was_withdrawn_before_it_began_is_in_force_on_no_day(folder: DefinitionStore) -> None:
    folder.place_end(ended("2026-04-01"))
    with pytest.raises(InputError, match="was withdrawn before its first day, 1 April 2026, so it"):
        folder.require_in_force(ID, "2026-04-01")


def test_what_a_sealed_definition_knows_without_a_postcode() -> None:
    judge = classifier_under(OpenDefinition(tiny_file()))
    assert judge.is_warm
    for _ in range(2):  # once is enough
        judge.warm_up()
    assert judge.known_metres is not None
    assert len(judge.known_metres) == 0
    assert judge.check("CO1 1JB").reason == "not_in_directory"
    assert judge.check("CO1").status == "unknown"
    frozen: Any = judge.directory
    assert (frozen.anchor, frozen.start) == ("Colchester", "the centre of Colchester")
    assert (dict(frozen.zone_names), dict(frozen.district_names)) == ({}, {})
    assert local_postcodes(judge.opened) == b"Postcode\r\n"


def test_a_successor_has_it_once_and_not_beside_another(folder: DefinitionStore) -> None:
    haven = TakeOver(
        definition=ID, council="haven", authority="Haven", taken_from="2028-04-01", order="o",
        by="Dee", at="2028-03-01", reason="replaced",
    )  # fmt: skip
    assert folder.place_take_over(haven)
    assert not folder.place_take_over(haven)
    with pytest.raises(DefinitionDamagedError, match="the record of decisions says otherwise"):
        folder.place_take_over(replace(haven, council="heath"))
    folder.add(tiny_file(id="haven-measure-2026.1", council="haven", effective_to="2027-03-31"))
    folder.require_may_take(haven)
    with pytest.raises(ConflictError, match="was taken over by Haven from 1 April 2028"):
        folder.require_may_take(replace(haven, council="heath"))


def test_a_text_with_the_marker_of_a_seal_cannot_be_sealed() -> None:
    with pytest.raises(SchemaError, match="must not contain the marker of a seal"):
        tiny_file(reason=SEAL.decode())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.docx", "a definition is exported as one of"),
        ("none/a.csv", "does not exist; create it first"),
    ],
)
def test_an_export_that_cannot_be_written_is_told(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        export_definition(OpenDefinition(tiny_file()), tmp_path / name)


def test_both_purposes_are_answered_one_after_the_other() -> None:
    judge = classifier_under(OpenDefinition(tiny_file(id="reserve", purpose="reservation")))
    reserved = reserved_of(judge, "CO1 1JB")
    assert (reserved.definition, reserved.inside, reserved.borderline) == ("reserve", None, False)
    verdict = Verdict("CO1 1JB", "local", True, "in_area", "", "option:district", "2025-11")
    inside = replace(reserved, inside=True, borderline=True)
    told = both_sentences(verdict, inside)
    assert told.startswith("Local under option district: yes (borderline). Inside the area to whi")
    assert told.endswith("(definition reserve): yes (borderline).")
    assert inside.as_dict()["explanation"] == inside.sentence()
    under = both_sentences(replace(verdict, definition=ID, borderline=False), reserved)
    assert under.startswith("Local for social value measures: yes. Inside")
