"""What becomes of districts: which district of a later year each one is in, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from localarea.datasets.publishers._delimited import Faults
from localarea.renewal.making.columns import dictionary_column

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

# Of a district's area lies in the district that it becomes part of: outlines generalised by
# different rules differ by less, and a district that is divided by more.
_MOST_OF_IT: Final = 0.95
_SHOWN: Final = 3


def successors_by_area(
    codes: NDArray[np.object_],
    shapes: NDArray[np.object_],
    new_codes: NDArray[np.object_],
    new_shapes: NDArray[np.object_],
) -> dict[str, str]:
    """
    Find the new district that each old one is in.

    Parameters
    ----------
    codes, shapes : numpy.ndarray
        Codes and polygons of the districts in use; EPSG:27700.
    new_codes, new_shapes : numpy.ndarray
        Those of the other year.

    Raises
    ------
    SchemaError
        If a district lies in none, or is divided among several; lists every one.
    """
    new_shapes = shapely.make_valid(new_shapes)
    tree = shapely.STRtree(new_shapes)
    found: dict[str, str] = {}
    faults = Faults("districts")
    for code, shape in zip(codes, shapes, strict=True):
        near = np.sort(tree.query(shape, predicate="intersects"))
        common = shapely.area(shapely.intersection(shape, new_shapes[near])) / shape.area
        if common.size and common.max() >= _MOST_OF_IT:
            found[str(code)] = str(new_codes[near[int(np.argmax(common))]])
        elif common.sum() < _MOST_OF_IT:
            faults.add(f"{code} lies in no district of the file")
        else:
            parts = ", ".join(str(new_codes[one]) for one in near[np.argsort(-common)][:_SHOWN])
            faults.add(
                f"{code} would be divided among {parts}, and tables have whole districts: only "
                "the data build can bring that in"
            )
    faults.stop()
    return found


def followed_names(
    names: pd.DataFrame, listed: pd.DataFrame, moves: dict[str, str], year: int
) -> pd.DataFrame:
    """
    Return the districts of all years with those of a later year.

    Parameters
    ----------
    names : pandas.DataFrame
        The table in use: ``lad_cd``, ``name``, ``lad25cd``, ``start`` and ``end``.
    listed : pandas.DataFrame
        ``code`` and ``name`` of the districts of the year.
    moves : dict of str to str
        New code of each district that ends.

    Returns
    -------
    pandas.DataFrame
        The same columns, sorted by code.
    """
    given = listed.set_index("code")["name"]
    frame = names.copy()
    frame["name"] = frame["lad_cd"].map(given).fillna(frame["name"])
    ended = frame["lad_cd"].isin(moves) & frame["end"].isna()
    frame.loc[ended, "end"] = year - 1
    frame["lad25cd"] = frame["lad25cd"].map(lambda code: moves.get(code, code))
    new = listed[~listed["code"].isin(frame["lad_cd"])]
    added = pd.DataFrame(
        {"lad_cd": new["code"], "name": new["name"], "lad25cd": new["code"], "start": year}
    ).astype({"start": "Int32"})
    whole = pd.concat([frame, added], ignore_index=True)
    columns = ["lad_cd", "name", "lad25cd", "start", "end"]
    return whole[columns].sort_values("lad_cd", ignore_index=True)


def with_moves(table: pa.Table, moves: dict[str, str]) -> pa.Table:
    """Return a table whose column ``lad25cd`` follows the moves; its rows stay in order."""
    place = table.schema.get_field_index("lad25cd")
    codes = pd.Series(table["lad25cd"].to_pylist(), dtype="str")
    followed = codes.map(lambda code: moves.get(code, code), na_action="ignore")
    return table.set_column(place, "lad25cd", dictionary_column(followed))
