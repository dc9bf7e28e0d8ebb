"""What a contested place does to the halves of the mandate, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.comparison.figure_catalogue import from_to
from localarea.comparison.mandate.figures import mandate_readings
from localarea.options.titles import join_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from localarea.options.council import Council

_ROUNDING: Final = 1e-9  # a share that moves by less has not moved


@dataclass(frozen=True, slots=True)
class MandateHeld:
    """
    What an option holds of the mandate without and with a place, by the first reading.

    Attributes
    ----------
    reading : str
        Name of the reading; blank if there is only one.
    halves : tuple of (str, tuple of float)
        Each half, with the share of its employed residents inside, without and with the place.
    outside : tuple of float
        Share of the option's own employed residents who live outside the mandate.
    """

    reading: str
    halves: tuple[tuple[str, tuple[float, float]], ...]
    outside: tuple[float, float]

    @property
    def adds_nothing(self) -> bool:
        """Return whether the place brings in nothing of any half."""
        return not any(_has_moved(both) for _, both in self.halves)


def _has_moved(shares: tuple[float, float]) -> bool:
    return abs(shares[1] - shares[0]) >= _ROUNDING


def mandate_held(
    metrics: pd.DataFrame, without: str, with_place: str, council: Council
) -> MandateHeld | None:
    """
    Read from the figures what two options hold of the mandate; None if the council states none.

    ``without``, ``with_place``: ids of the option without the place and with it.
    """
    readings = mandate_readings(council)
    if not readings:
        return None
    first = readings[0]

    def both(name: str) -> tuple[float, float]:
        return float(metrics[name].loc[without]), float(metrics[name].loc[with_place])

    return MandateHeld(
        reading=first.reading.words if len(readings) > 1 else "",
        halves=tuple((half.title, both(residents.name)) for half, residents, _ in first.halves),
        outside=both(first.outside.name),
    )


def mandate_sentences(place: str, held: MandateHeld | None) -> str:
    """
    Describe what a place does to the halves of the mandate; blank if no area is stated.

    Examples
    --------
    >>> held = MandateHeld("", (("North", (0.4, 0.4)), ("South", (0.0, 0.0))), (0.0, 0.25))
    >>> mandate_sentences("Farley", held).split(". ")[0][:70]
    'Farley brings in nothing of the mandate: with it as without it, the ar'
    """
    if held is None:
        return ""
    reading = f" ({held.reading})" if held.reading else ""
    if held.adds_nothing:
        told = (
            f"{place} brings in nothing of the mandate{reading}: with it as without it, the area "
            f"holds {_kept([(name, share) for name, (share, _) in held.halves])}."
        )
    else:
        moved = [f"of {name} {from_to(both)}" for name, both in held.halves if _has_moved(both)]
        stays = [
            f"of {name} at {both[0]:.1%}" for name, both in held.halves if not _has_moved(both)
        ]
        kept = f"; it stays, {join_names(stays)}" if stays else ""
        told = f"The share of employed residents inside{reading} moves, {join_names(moved)}{kept}."
    moves = _has_moved(held.outside)
    beyond = f"moves {from_to(held.outside)}" if moves else f"stays at {held.outside[0]:.1%}"
    return (
        f"{told} The share of the area's own employed residents who live outside the mandate "
        f"{beyond}."
    )


def held_sentence(title: str, figures: Mapping[str, float], council: Council) -> str:
    """
    Describe what an option holds of the mandate, by the first reading; blank if no area is stated.

    ``figures``: its figures, from :func:`localarea.comparison.metrics.compute_metrics`.
    """
    readings = mandate_readings(council)
    if not readings:
        return ""
    first = readings[0]
    held = _kept([(half.title, float(figures[lived.name])) for half, lived, _ in first.halves])
    reading = f" ({first.reading.words})" if len(readings) > 1 else ""
    outside = float(figures[first.outside.name])
    return (
        f"“{title}” holds {held}{reading}; {outside:.1%} of its own employed residents live "
        "outside the mandate."
    )


def _kept(shares: Sequence[tuple[str, float]]) -> str:
    whose = ["the employed residents", *["those"] * (len(shares) - 1)]
    return join_names(
        [
            f"{f'{share:.1%}' if share else 'none'} of {who} of {name}"
            for who, (name, share) in zip(whose, shares, strict=True)
        ]
    )
