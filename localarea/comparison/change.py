"""One change that a scenario makes to an option."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from localarea.places.polygons import Polygon

Action = Literal["include", "exclude"]


Threshold = float | int | bool | str


_SIGN: dict[Action, str] = {"include": "+", "exclude": "-"}


@dataclass(frozen=True, slots=True)
class Change:
    """
    One change to an option.

    Attributes
    ----------
    action : {'include', 'exclude'}
        Whether the place is put in or taken out.
    place : str
        The place, as :func:`localarea.places.resolve.resolve_place` reads it; the
        label of a polygon.
    polygon : Polygon or None
        The polygon where the place was drawn.
    """

    action: Action
    place: str
    polygon: Polygon | None = None

    @property
    def slug(self) -> str:
        """
        Name the change in an id.

        Returns
        -------
        str
            ``+PLACE`` or ``-PLACE`` in small letters; a polygon's ends in its key.
        """
        word = re.sub(r"[^a-z0-9]+", "-", self.place.casefold()).strip("-")
        return _SIGN[self.action] + word + (f"-{self.polygon.key}" if self.polygon else "")
