"""One change that a scenario makes to an option."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from localarea.places.polygons import Polygon

Action = Literal["include", "exclude"]


Threshold = float | int | bool | str


def read_threshold(text: str) -> Threshold:
    """
    Return the value that a text stands for.

    >>> [read_threshold(text) for text in ("true", "15", "0.1", "ons2011")]
    [True, 15, 0.1, 'ons2011']
    """
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


_SIGN: dict[Action, str] = {"include": "+", "exclude": "-"}


@dataclass(frozen=True, slots=True)
class Change:
    """
    A place added to an option, or removed from it.

    Attributes
    ----------
    action : {'include', 'exclude'}
        Whether the place is added or removed.
    place : str
        A place that :func:`localarea.places.resolve.resolve_place` accepts, or the label
        of a polygon.
    polygon : Polygon or None
        The polygon, if the place was drawn.
    """

    action: Action
    place: str
    polygon: Polygon | None = None

    @property
    def slug(self) -> str:
        """
        Return the part of an option's id that names the change.

        ``+PLACE`` or ``-PLACE``, in lowercase; for a polygon, followed by its key.
        """
        word = re.sub(r"[^a-z0-9]+", "-", self.place.casefold()).strip("-")
        return _SIGN[self.action] + word + (f"-{self.polygon.key}" if self.polygon else "")
