"""Every fact about a place in dispute, in a county of twelve zones worked by hand.

Anchorton has 130 working residents, Midham 130 and Farley 80; tests/helpers/options_county.py has
the commuters between them. The option is Anchorton alone, without Farley and with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from options_county import MANDATE, ZONES, A, F, make_store

from localarea.comparison.contested.answer import Answer, answer_question
from localarea.comparison.contested.commuting import destinations, sums_by_district
from localarea.comparison.contested.document import answer_document
from localarea.comparison.contested.facts import find_facts, five_sentences
from localarea.comparison.contested.firmness import drawn_options
from localarea.comparison.contested.question import Question, ask_about
from localarea.datasets.flow_formats.flow_pairs import read_flow_pairs
from localarea.errors import InputError, OptionNotFoundError, PlaceNotFoundError
from localarea.labour.flow_matrix import build_flow_matrix
from localarea.options.council import Council, read_council
from localarea.options.membership import compute_options

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.datasets.store import DataStore

# One postcode in the middle of each zone, all in use.
POSTCODES = {
    "key": list(range(12)),
    "msoa11cd": list(ZONES),
    "status": ["live"] * 12,
    "easting": [600_500 + 1000 * (n % 4) for n in range(12)],
    "northing": [220_500 + 1000 * (n // 4) for n in range(12)],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> DataStore:
    folder = tmp_path_factory.mktemp("county")
    made = make_store(folder, postcodes=POSTCODES)
    council = folder / "councils" / "anchorton.toml"
    council.write_text(council.read_text(encoding="utf-8") + MANDATE, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def council(store: DataStore) -> Council:
    return read_council("anchorton", store=store)


@pytest.fixture(scope="module")
def question(council: Council, store: DataStore) -> Question:
    return ask_about("Farley", council, "district", store=store)


@pytest.fixture(scope="module")
def answer(question: Question, council: Council, store: DataStore) -> Answer:
    return answer_question(question, compute_options(council, store=store), store=store)


def test_a_place_is_asked_about_without_it_and_with_it(question: Question) -> None:
    assert (question.without.zones, question.with_place.zones) == (A, tuple(sorted((*A, *F))))
    assert (question.listed, question.place, question.anchor) == (True, "Farley", "Anchorton")


def test_the_key_of_a_place_will_do_and_so_will_any_district(
    council: Council, store: DataStore
) -> None:
    assert ask_about("farley", council, store=store).zones == F
    midham = ask_about("Midham", council, "district", store=store)
    assert (midham.listed, midham.contested.key) == (False, "midham")


def test_a_labour_market_is_not_taken_for_the_district_of_its_name(
    council: Council, store: DataStore
) -> None:
    # The travel to work area of Farley is the last six zones, two of Midham among them.
    asked = ask_about("ttwa:Farley", council, "district", store=store)
    assert asked.zones == ZONES[6:]
    assert set(asked.with_place.zones) - set(asked.without.zones) == set(ZONES[6:])
    assert (asked.listed, asked.place) == (False, "the Farley travel to work area")
    assert asked.address == "ttwa:Farley"  # the name alone would ask for the district
    plain = ask_about("Farley", council, "district", store=store)
    assert "to mean the travel to work area of 2011" in plain.note
    assert "ttwa:Farley" in plain.note


def test_of_an_option_that_holds_the_place_the_base_is_the_one_with_it(
    council: Council, store: DataStore
) -> None:
    asked = ask_about("Midham", council, "districts", store=store)
    assert (asked.without.zones, asked.with_place.id) == (A, "districts")


def test_of_an_option_that_holds_a_part_of_the_place_neither_is_the_base(
    council: Council, store: DataStore
) -> None:
    asked = ask_about("Midham", council, "ttwa-official", store=store)  # the first six zones
    assert (asked.without.zones, asked.with_place.zones) == (A, ZONES[:8])
    assert asked.note.endswith("neither map is the option itself.")
    answer = answer_question(asked, compute_options(council, store=store), store=store)
    assert answer.metrics.index.tolist() == ["ttwa-official-midham", "ttwa-official+midham"]
    assert answer.pair.without == "ttwa-official-midham"


@pytest.mark.parametrize(
    ("place", "option", "error", "says"),
    [
        ("Anchorton", "", InputError, "measured from"),
        ("Nowhere", "", PlaceNotFoundError, "Nowhere"),
        ("Farley", "distric", OptionNotFoundError, "district"),
        ("Farley", "district+farley", OptionNotFoundError, "district"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_way_on(
    place: str, option: str, error: type[Exception], says: str, council: Council, store: DataStore
) -> None:
    with pytest.raises(error, match=says):
        ask_about(place, council, option, store=store)


def test_commuters_are_counted_both_ways_by_census(answer: Answer) -> None:
    first, second = answer.finding.links
    assert (first.to_anchor, first.from_anchor) == (5, 10)
    assert (first.to_anchor_share, first.from_anchor_share) == pytest.approx((5 / 80, 10 / 130))
    assert (second.vintage, second.to_anchor, second.from_anchor) == (2021, 0, 0)


def test_where_the_residents_work_adds_up_to_all_of_them(answer: Answer) -> None:
    rows = {row.name: (row.workers[2011], row.workers[2021]) for row in answer.from_anchor}
    # 60 and three times 10 stay, 20 go to Midham, 10 to Farley, and 10 abroad; in 2021 ten in each
    # of the four zones, and five more at home or at no fixed place.
    assert rows == {
        "Anchorton": (90, 45),
        "Midham": (20, 0),
        "Farley": (10, 0),
        "Elsewhere": (10, 0),
    }
    assert sum(row.shares[2011] for row in answer.from_anchor) == pytest.approx(1)
    assert [row.workers[2021] for row in answer.from_place if row.name == "Farley"] == [50]


def test_districts_beyond_those_listed_are_added_up(store: DataStore) -> None:
    rows = destinations(A, most=1, store=store)
    assert [(row.name, row.workers[2011]) for row in rows] == [("Anchorton", 90), ("Elsewhere", 40)]
    always = destinations(A, most=1, always=["E07000003"], store=store)
    assert [row.name for row in always] == ["Anchorton", "Farley", "Elsewhere"]


def test_workers_by_district_are_those_of_the_page_of_twelve_zones(repository: Path) -> None:
    flows = build_flow_matrix(
        read_flow_pairs(repository / "docs" / "examples" / "twelve-zones.csv")
    )
    district = np.array([code[0].upper() for code in flows.codes.tolist()])
    inside = np.isin(flows.codes, ["C", "c1", "c2", "c3"])
    # C: 300 stay and 10 go to A. c1: 40 stay, 40 go to c2, 20 to C. c2: 45 stay, 5 to c1, 50 to B.
    # c3: 50 stay, 50 go to C.
    assert sums_by_district(flows, inside, district) == {
        "A": 10,
        "B": 50,
        "C": 300 + 100 + 50 + 100,
    }


def test_the_anchor_s_share_falls_by_what_becomes_local(answer: Answer) -> None:
    (trade,) = answer.trades  # the county has one industry
    # Anchorton: 30 + 3 x 10 employees; Farley: 5 zones of 2021 with 10.
    assert (trade.jobs.anchor, trade.jobs.without, trade.jobs.gained) == (60, 60, 50)
    assert trade.jobs.anchor_share == pytest.approx((1, 60 / 110))
    # Firms of 2022: Anchorton 60, Farley 100.
    assert (answer.firms.without, answer.firms.gained) == pytest.approx((60, 100))
    assert answer.firms.anchor_share == pytest.approx((1, 60 / 160))


def test_the_mandate_is_read_each_way(answer: Answer) -> None:
    assert answer.mandated is not None
    assert [share for _, share in answer.mandated.readings] == [0, 1]
    assert answer.mandated.sentence.startswith("Of Farley's working residents")


def test_methods_are_counted_not_variants(
    answer: Answer, council: Council, store: DataStore
) -> None:
    options = compute_options(council, store=store)
    assert len(options) > 4
    assert [o.id for o in drawn_options(options, council)] == [
        "district",
        "districts",
        "ttwa-official",
        "catchment",
    ]
    assert [m.standing for m in answer.firmness.methods] == ["outside"] * 4


def test_a_fact_stands_where_its_sign_puts_it(answer: Answer) -> None:
    sides = {fact.words: fact.side for fact in find_facts(answer)}

    def side(part: str) -> str:
        (found,) = [side for words, side in sides.items() if part in words]
        return found

    assert side("6.2% of Farley's working residents worked in Anchorton in 2011, less") == "against"
    assert side("5 people went from Farley to work in Anchorton in 2011, and 10") == "for"
    # 90 of 130 residents work inside, with Farley 90 + 75 + 10 + 5 of 210.
    assert side("working residents who work inside moves from 69.2% to 85.7% (+16.5") == "for"
    # 90 of the 125 jobs are held by residents, with Farley 180 of 210.
    assert side("jobs inside that residents hold moves from 72.0% to 85.7% (+13.7") == "for"
    assert side("100 more firms could supply as local ones") == "for"
    assert side("Anchorton's firms go from 100.0% to 37.5% of the local firms") == "against"
    assert side("All of Farley is outside 4 of 4 methods") == "against"
    assert side("2 separate parts instead of 1") == "against"
    # 80 of 210 residents live in Farley, which the first reading leaves out.
    assert side("outside the mandate's area moves from 0.0% to 38.1%") == "against"


def test_a_reach_that_is_written_as_nothing_is_no_fact(answer: Answer) -> None:
    for gained, told in ((0.0004, False), (0.0006, True)):
        pair = replace(answer.pair, anchor_residents=gained, anchor_jobs=0.0)
        changed = replace(answer, finding=replace(answer.finding, pairs=(pair,)))
        words = [fact.words for fact in find_facts(changed)]
        assert any("the workplaces of a further" in each for each in words) == told


def test_no_sentence_draws_a_conclusion(answer: Answer) -> None:
    said = five_sentences(answer)
    assert len(said) == 5
    words = " ".join((*said, *(f.words for f in find_facts(answer)))).lower()
    for word in ("should", "recommend", "better", "worse", "ought", "therefore"):
        assert word not in words


def test_the_document_has_the_same_facts_with_their_sources(answer: Answer) -> None:
    document = answer_document(answer)
    assert document["sentences"] == list(five_sentences(answer))
    assert document["commuting"]["between"][0]["to_anchor"] == 5
    assert all(fact["source"] and fact["meaning"] for fact in document["facts"])
    assert document["firmness"]["outside"] == 4
    assert (document["without"]["id"], document["with"]["id"]) == ("district", "district+farley")
