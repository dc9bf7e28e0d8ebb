"""
Draw the house from its imports: the floors, and which room leans on which.

    .venv/bin/python scripts/house_picture.py [OUT.svg]

The floors are those that import-linter holds (pyproject.toml); the arrows and their widths are
counted in the code, so that the picture cannot be kinder than the house.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path

import grimp
import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

REPOSITORY = Path(__file__).resolve().parents[1]
OUT = REPOSITORY / "docs" / "images" / "house.svg"
WIDTH, HEIGHT, GAP = 2.6, 0.62, 0.34
WALL, FLOOR, INK, ARROW = "#eef5fa", "#ffffff", "#1b2a33", "#1d70b8"
MOST_WIDE = 4.0  # points of the widest arrow
Place = tuple[float, float]


def floors() -> list[list[str]]:
    """Read the floors from the contract, the highest first."""
    stated = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    layers = stated["tool"]["importlinter"]["contracts"][0]["layers"]
    return [[name.strip(" ()") for name in layer.split("|")] for layer in layers]


def imports() -> Counter[tuple[str, str]]:
    """Count the imports from room to room."""
    graph = grimp.build_graph("localarea", cache_dir=None)
    found: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            ends = [name.split(".")[1] for name in (module, other) if "." in name]
            if len(ends) == 2 and ends[0] != ends[1]:
                found[ends[0], ends[1]] += 1
    return found


def sizes() -> dict[str, int]:
    """Count the lines of each room."""
    package = REPOSITORY / "localarea"
    lines: Counter[str] = Counter()
    for path in package.rglob("*.py"):
        room = path.relative_to(package).parts[0].removesuffix(".py")
        lines[room] += len(path.read_text(encoding="utf-8").splitlines())
    return lines


def places(plan: list[list[str]]) -> dict[str, Place]:
    """Return the middle of each room's box; the ground is at the bottom."""
    found = {}
    for level, rooms in enumerate(reversed(plan)):
        for number, room in enumerate(rooms):
            across = (number - (len(rooms) - 1) / 2) * (WIDTH + GAP)
            found[room] = (across, level * (HEIGHT + GAP))
    return found


def draw(out: Path) -> None:
    """Draw the picture."""
    mpl.rcParams["svg.hashsalt"] = "house"  # the same house, the same bytes
    plan, counted, lines = floors(), imports(), sizes()
    at = places(plan)
    figure, axes = plt.subplots(figsize=(8, 12))
    widest = max(counted.values())
    sides: Counter[str] = Counter()
    for (upper, lower), number in sorted(counted.items()):
        if upper in at and lower in at:
            sides[upper] += 1
            bend = 0.28 if sides[upper] % 2 else -0.28  # left and right by turns
            axes.add_patch(
                FancyArrowPatch(
                    at[upper], at[lower], connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>",
                    mutation_scale=7, shrinkA=16, shrinkB=16, color=ARROW, alpha=0.28,
                    linewidth=0.4 + MOST_WIDE * number / widest,
                )
            )  # fmt: skip
    for room, (x, y) in at.items():
        axes.add_patch(
            FancyBboxPatch(
                (x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, boxstyle="round,pad=0.04",
                facecolor=WALL, edgecolor=INK, linewidth=0.9,
            )
        )  # fmt: skip
        axes.text(x, y + 0.11, room, ha="center", va="center", color=INK, fontsize=9.5)
        axes.text(x, y - 0.2, f"{lines[room]:,} lines", ha="center", va="center", fontsize=6.5)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.axis("off")
    figure.savefig(out, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    plt.close(figure)


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)
