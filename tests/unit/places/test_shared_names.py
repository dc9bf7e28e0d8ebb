"""Names that several places share, and the forms in which people say which they mean."""

from __future__ import annotations

import pytest

from localarea.errors import AmbiguousPlaceError, PlaceNotFoundError
from localarea.places.gazetteer import fold, read_gazetteer
from localarea.places.resolve import resolve_place
from localarea.places.shared_names import _parts, zones_named

COLCHESTER, WEMBLEY = (599_644.0, 225_077.0), (518_000.0, 185_000.0)


def never() -> tuple[float, float]:
    raise AssertionError("asked for a point that is not needed")


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        # Sudbury, and North Sudbury & Long Melford.
        ("Sudbury, Babergh", ("E02006229", "E02006233")),
        ("sudbury , babergh", ("E02006229", "E02006233")),
        ("E02006233 (Sudbury, Babergh)", ("E02006233",)),  # as an error lists it
        ("zone:Sudbury, Babergh", ("E02006233",)),
        ("Hadleigh, Castle Point", ("E02004477", "E02004478")),
        ("Newport, Isle of Wight", ("E02003588", "E02003589", "E02003591")),
        # Six zones are named Clacton; the travel to work area of that name has fourteen.
        ("Clacton-on-Sea", ("E02004582", "E02004585", "E02004586", "E02004587", "E02004588",
                            "E02004589")),
        ("town:Clacton", ("E02004582", "E02004585", "E02004586", "E02004587", "E02004588",
                          "E02004589")),
        ("Berwick-upon-Tweed", ("E02005706", "E02005707")),
    ],
)  # fmt: skip
def test_a_name_that_says_which_needs_no_anchor(text: str, zones: tuple[str, ...]) -> None:
    assert resolve_place(text).zones == zones
    assert resolve_place(text, near=never).zones == zones


def test_of_places_that_share_a_name_the_nearest_is_taken_and_the_others_are_named() -> None:
    here = resolve_place("Sudbury", near=lambda: COLCHESTER)
    assert here.zones == ("E02006229", "E02006233")
    assert here.others == ("Sudbury, Brent",)
    assert (here.note or "").endswith("it is the nearest of this name, and not Sudbury, Brent")
    there = resolve_place("Sudbury", near=lambda: WEMBLEY)
    assert there.zones == ("E02000105", "E02000108")
    assert there.others == ("Sudbury, Babergh",)
    for other in (*here.others, *there.others):  # what is offered can be typed
        assert resolve_place(other).others == ()
    assert resolve_place("Hadleigh", near=lambda: COLCHESTER).zones == ("E02006230",)


def test_without_an_anchor_the_choice_is_asked_for() -> None:
    with pytest.raises(AmbiguousPlaceError, match=r"E02006233 \(Sudbury, Babergh\)"):
        resolve_place("Sudbury")


@pytest.mark.parametrize("text", ["Sudbury, Bab", "Sudbury, Ipswich", "Stoke-by-Nayland"])
def test_what_names_nothing_is_not_guessed_from_its_beginning(text: str) -> None:
    with pytest.raises(PlaceNotFoundError):
        resolve_place(text, near=lambda: COLCHESTER)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("St Osyth", "E02004590"),  # Jaywick & St Osyth
        ("Mistley", "E02004575"),  # Manningtree & Mistley
        ("Dedham", "E02004506"),  # Horkesley Heath, Langham & Dedham
        ("town:long melford", "E02006229"),  # North Sudbury & Long Melford
        ("Langham, Colchester", "E02004506"),  # another is in Rutland
    ],
)
def test_a_village_that_shares_its_zone_with_others_is_found(text: str, zone: str) -> None:
    assert resolve_place(text).zones == (zone,)


def test_of_villages_and_full_names_that_are_shared_the_nearest_is_taken() -> None:
    langham = resolve_place("Langham", near=lambda: COLCHESTER)
    assert (langham.zones, langham.others) == (("E02004506",), ("Langham, Rutland",))
    # Zones named Walton lie in seven districts; that of Tendring is Walton & Frinton Coastal.
    assert resolve_place("Walton-on-the-Naze", near=lambda: COLCHESTER).zones == ("E02004578",)


def test_a_direction_in_a_name_is_no_place() -> None:
    # "Tiptree South & West" and its like are not named after a place called West.
    assert not {"west", "south", "town"} & set(_parts(read_gazetteer("msoa11")))


def by_every_name(name: str) -> tuple[list[str], list[str]]:
    """Look a name up the slow way: through all names, one after another."""
    gazetteer, wanted = read_gazetteer("msoa11"), fold(name)
    usual = {code: fold(known) for code, known in gazetteer.zone_names.items()}
    of_ons = {code: fold(known) for code, known in gazetteer.ons_names.items()}
    exact = [code for code, known in usual.items() if known == wanted]
    exact = exact or [code for code, known in of_ons.items() if known == wanted]
    begun = {code for code, known in usual.items() if known.startswith(wanted + " ")}
    districts = {gazetteer.zone_district[code] for code in {*exact, *begun}}
    further = {
        code
        for code, known in usual.items()
        if gazetteer.zone_district[code] in districts and f" {wanted} " in f" {known} "
    }
    return exact, sorted(begun | (further - set(exact)))


@pytest.mark.parametrize(
    "name",
    ["Sudbury", "Hadleigh", "Newport", "Clacton", "Witham", "St", "Colchester 007", "Zzz", "-",
     "West", "High Wycombe", "Ynys", "Wivenhoe & Alresford"],
)  # fmt: skip
def test_names_looked_up_in_an_index_are_those_found_by_going_through_them_all(name: str) -> None:
    assert zones_named(name, read_gazetteer("msoa11")) == by_every_name(name)
