"""
Draw docs/images/isochrone-colchester.png: areas within 15, 30 and 45 minutes, with the roads.

    python scripts/isochrone_picture.py [OUT.png]
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import shapely

from localarea.roads.embedded import read_embedded_network
from localarea.roads.isochrone import compute_isochrone

COLCHESTER = (599_600.0, 225_200.0)
OUT = Path(__file__).resolve().parents[1] / "docs" / "images" / "isochrone-colchester.png"
CREDIT = "(c) OpenStreetMap contributors; contains OS, Royal Mail and National Statistics data"


def main() -> None:
    """Draw and save."""
    mpl.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.collections import LineCollection

    network = read_embedded_network()
    found = compute_isochrone(network, COLCHESTER, [15, 30, 45], form="grid")
    figure, axes = plt.subplots(figsize=(8, 7), layout="constrained")
    low, high = (shapely.total_bounds(found.areas)[i : i + 2] for i in (0, 2))
    if network.land is not None:
        land = shapely.clip_by_rect(network.land.area, *(low - 5000), *(high + 5000))
        for part in shapely.get_parts(land):
            axes.fill(*part.exterior.xy, facecolor="#f2f0ea", edgecolor="#b9b5aa", linewidth=0.5)
    found.to_frame().plot(ax=axes, column="minutes", cmap="viridis_r", alpha=0.6)
    lines = [shapely.get_coordinates(line) for line in found.reached[-1].lines]
    axes.add_collection(LineCollection(lines, colors="#333333", linewidths=0.4))
    axes.plot(*COLCHESTER, marker="o", color="#b3123e", markersize=6)
    axes.annotate("Colchester", COLCHESTER, xytext=(6, 6), textcoords="offset points")
    axes.set(xlim=(low[0] - 3000, high[0] + 3000), ylim=(low[1] - 3000, high[1] + 3000), aspect=1)
    axes.set_axis_off()
    axes.set_title("Within 15, 30 and 45 minutes of Colchester, and the roads reached in 45")
    figure.text(0.01, 0.01, CREDIT, fontsize=7)
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
