"""What a part is asked for, and what it gives back."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from side_by_side.measuring import exponent

if TYPE_CHECKING:
    from pathlib import Path

    from side_by_side.measuring import Comparison


@dataclass(frozen=True)
class Asked:
    """How many rounds, of which sizes, and where the publishers' files are."""

    rounds: int
    quick: bool
    raw: Path | None

    def sizes(self, least: int) -> list[int]:
        """Return a size, four and sixteen times as much; when quick, the first alone."""
        return [least] if self.quick else [least, 4 * least, 16 * least]


@dataclass
class Found:
    """The comparisons of a part, and how its work grows with the size."""

    comparisons: list[Comparison] = field(default_factory=list)
    growth: list[dict[str, Any]] = field(default_factory=list)

    def grow(self, what: str, sizes: list[int], seconds: list[float]) -> None:
        """Add the exponent of some sizes; one size alone has none."""
        if len(sizes) > 1:
            said = {"what": what, "sizes": sizes, "seconds": seconds}
            self.growth.append(said | {"exponent": exponent(sizes, seconds)})

    def as_document(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "comparisons": [one.as_document() for one in self.comparisons],
            "growth": self.growth,
        }


def missing(module: str) -> str | None:
    """Say why a peer cannot be run, or nothing if it can."""
    if importlib.util.find_spec(module) is None:
        return f"the package {module} is not installed"
    return None
