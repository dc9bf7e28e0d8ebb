"""Explanations of verdicts, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.classify.codes import _ABROAD, NEAR_BOUNDARY, NEAR_LIMIT, Meaning
from localarea.geo.postcodes import BERMUDA_OUTWARDS
from localarea.options.titles import spoken_name
from localarea.records import whole_minutes

if TYPE_CHECKING:
    from localarea.classify.boundary import Boundary


_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class PostcodePlace:
    """
    Location of a postcode of the directory, with the names used in sentences.

    Attributes
    ----------
    country : str
        First letter of the district code; empty for a postcode without a location.
    district, district_name : str or None
        Code (``lad25cd``) and name of the district.
    ended : tuple of int or None
        First and last month (``yyyymm``) in which it may have been withdrawn; None if
        live.
    """

    country: str
    zone: str | None = None
    zone_name: str | None = None
    district: str | None = None
    district_name: str | None = None
    ended: tuple[int, int] | None = None


def month_name(month: int) -> str:
    """
    Format a month, ``yyyymm``, in words.

    Examples
    --------
    >>> month_name(201906)
    'June 2019'
    """
    return f"{_MONTHS[month % 100 - 1]} {month // 100}"


def ended_code(ended: tuple[int, int] | None) -> str | None:
    """
    Format the withdrawal date of a postcode for a verdict.

    ``ended``: first and last possible month, ``yyyymm``. ``YYYY-MM/YYYY-MM`` if only the interval
    is known.

    Examples
    --------
    >>> ended_code((202205, 202511))
    '2022-05/2025-11'
    """
    if ended is None:
        return None
    first, last = (f"{m // 100:04d}-{m % 100:02d}" for m in ended)
    return first if first == last else f"{first}/{last}"


def explain_place(
    subject: str,
    meaning: Meaning,
    place: PostcodePlace,
    boundary: Boundary,
    metres: float | None = None,
    near: int = NEAR_BOUNDARY,
) -> str:
    """
    Explain the verdict of a postcode of the directory.

    Parameters
    ----------
    subject : str
        Subject of the sentence: the postcode, or ``This postcode``.
    metres : float or None
        Distance to the boundary, if known.
    near : int
        Borderline flags: ``NEAR_BOUNDARY``, ``NEAR_LIMIT``, their sum, or 0.

    Returns
    -------
    str
        One to three sentences.
    """
    sentences = [where_sentence(subject, place, boundary, ended=place.ended is not None)]
    if place.ended is not None:
        sentences.append(ended_sentence(place.ended, placed=_is_placed(place)))
    if meaning.borderline:
        sentences.append(borderline_sentence(boundary, metres, near))
    return " ".join(sentences)


def borderline_sentence(
    boundary: Boundary, metres: float | None = None, near: int = NEAR_BOUNDARY
) -> str:
    """
    Explain why a postcode is borderline.

    ``near``: borderline flags: ``NEAR_BOUNDARY``, ``NEAR_LIMIT`` or their sum.
    """
    why = []
    limit = boundary.drive if near & NEAR_LIMIT else None
    if near & NEAR_BOUNDARY or limit is None:
        far = f"{metres:,.0f}" if metres is not None else f"at most {boundary.borderline_m:,.0f}"
        why.append(f"it is {far} metres from the boundary")
    if limit is not None:
        why.append(
            f"its minutes door to door by car are within {limit.error_min:.4g} of the limit of "
            f"{limit.limit_min:.4g}, which is within their margin of error"
        )
    reasons = ", and ".join(why)
    return f"{reasons[0].upper()}{reasons[1:]}, so it counts as borderline."


def minutes_sentence(tenths: int, start: str) -> str:
    """
    Describe how long a journey by car takes, including starting and parking.

    ``tenths``: tenths of a minute; negative if unreachable.

    Examples
    --------
    >>> minutes_sentence(124, "the centre of Colchester")
    'It is about 12 minutes door to door by car from the centre of Colchester.'
    """
    if tenths < 0:
        return f"No road leads there from {start}."
    count = whole_minutes(tenths / 10)
    unit = "minute" if count == 1 else "minutes"
    return f"It is about {count:,} {unit} door to door by car from {start}."


def ended_sentence(ended: tuple[int, int], *, placed: bool = True) -> str:
    """
    Describe when a postcode was withdrawn, and what the answer then means.

    ``ended``: first and last possible month, ``yyyymm``. ``placed``: whether it is known where it
    was, so that there is an answer.

    Examples
    --------
    >>> ended_sentence((201906, 201906))
    'It was withdrawn in June 2019; the answer is for where it was.'
    """
    first, last = (month_name(month) for month in ended)
    when = f"in {first}" if first == last else f"between {first} and {last}"
    return f"It was withdrawn {when}{'; the answer is for where it was' if placed else ''}."


def where_sentence(subject: str, place: PostcodePlace, boundary: Boundary, *, ended: bool) -> str:
    """Describe where a postcode is, and on which side of the boundary."""
    if not _is_placed(place):
        has, may = ("had", "may have been") if ended else ("has", "may be")
        return f"{subject} {has} no place on the map: it {may} that of a PO box."
    return f"{subject} {'was' if ended else 'is'} {_where(place, boundary)}."


def _is_placed(place: PostcodePlace) -> bool:
    return place.country in _ABROAD or place.zone is not None


def _where(place: PostcodePlace, boundary: Boundary) -> str:
    if place.country in _ABROAD:
        return f"in {_ABROAD[place.country][1]}, which is outside {boundary.area}"
    names = [str(place.zone_name or place.zone)]
    district = spoken_name(place.district_name or "")
    if district and not names[0].startswith(district):
        names.append(district)
    side = "inside" if place.zone in boundary.zones else "outside"
    return f"in {', '.join(names)}, which is {side} {boundary.area}"


def explain_outward(subject: str, local: int, not_local: int, boundary: Boundary) -> str:
    """
    Explain the verdict of an outward code alone, in two sentences, with the local share.

    ``local``, ``not_local``: number of its live postcodes, with a location, that are.
    """
    total = local + not_local
    if not total:
        return f"{subject} is only the first half of a postcode, and none of its postcodes is live."
    share = f"{local:,} of its {total:,} live postcodes ({local / total:.0%}) are inside"
    if 0 < local < total:
        share = share.replace("100%", "over 99%").replace("(0%", "(under 1%")
    ask = " Give the whole postcode for an answer." if 0 < local < total else ""
    return f"{subject} is only the first half of a postcode: {share} {boundary.area}.{ask}"


def explain_unread(subject: str, meaning: Meaning, directory_date: str, why: str = "") -> str:
    """
    Explain the verdict of text without a postcode of the directory.

    Parameters
    ----------
    subject : str
        The postcode, the quoted text, or ``This postcode``.
    directory_date : str
        Month of the directory, ``YYYY-MM``.
    why : str
        Fault of a malformed text, the postcodes of several, or what a text is that is abroad.
    """
    if meaning.reason == "blank":
        return "No postcode was given."
    if meaning.reason == "several":
        named = f" ({why})" if why else ""
        return f"More than one postcode was given{named}. Give the one that counts."
    if meaning.reason == "withheld":
        return "The postcode was withheld, as those of private individuals are."
    if meaning.reason == "abroad":
        said = f"{subject} is {why}" if why else "This is in another country or territory"
        return f"{said}, which is not local."
    if meaning.reason == "malformed":
        tail = f": {why}" if why else ""
        return f"{subject} cannot be read as a UK postcode{tail}. Please check it."
    month = month_name(int(directory_date.replace("-", "")))
    may_be = "mistyped, or newer than the directory"
    if subject in BERMUDA_OUTWARDS:
        may_be = "mistyped, or a postcode of Bermuda: if so, give the country as well"
    return f"{subject} is not in the postcode directory of {month}. It may be {may_be}."
