"""Where every payment went, and whether that is local under the definition and each option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify.boundary import boundary_of_option
from localarea.classify.codes import MEANINGS
from localarea.classify.verdicts import codes_of_cells
from localarea.datasets.districts import district_names
from localarea.geo.postcodes import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import DataStore
    from localarea.records import Option
    from localarea.spend.payments import Payments

# Where money went. The last two are unknown and not local in a check; here they stand apart.
STATES: Final = ("local", "not_local", "unknown", "redacted", "abroad")
LOCAL: Final = STATES.index("local")
NO_DISTRICT: Final = -1
_APART: Final = {"withheld": "redacted", "abroad": "abroad"}
_STATE_OF: Final = np.array(
    [STATES.index(_APART.get(meaning.reason, meaning.status)) for meaning in MEANINGS], np.uint8
)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """
    The places that were paid, each once, and their states.

    Attributes
    ----------
    of_row : numpy.ndarray of int, shape (n_payments,)
        Place of each payment.
    states : numpy.ndarray of uint8, shape (n_places,)
        Position in `STATES` under the definition.
    by_option : dict of str to numpy.ndarray of uint8
        State of each place under each option, by its id.
    districts : numpy.ndarray of int, shape (n_places,)
        Position in ``district_codes``; -1 for none.
    """

    of_row: NDArray[np.intp]
    states: NDArray[np.uint8]
    reasons: list[str]
    by_option: dict[str, NDArray[np.uint8]]
    districts: NDArray[np.intp]
    district_codes: list[str]
    district_names: list[str]


def find_standing(
    payments: Payments,
    classifier: Classifier,
    options: Sequence[Option] = (),
    *,
    store: DataStore | None = None,
) -> Standing:
    """Look up the place of every payment, with the classifier of the definition."""
    columns = payments.columns
    keys = (columns["code"].astype(np.uint64) << np.uint64(32)) | columns["number"]
    places, of_row = np.unique(keys, return_inverse=True)
    kinds = (places >> np.uint64(32)).astype(np.uint8)
    numbers = (places & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    if not len(places):
        kinds, numbers = np.array([BLANK], np.uint8), np.zeros(1, np.uint32)
    verdicts = classifier.verdicts
    codes, rows = verdicts.look_up(kinds, numbers)
    names = dict(zip(*_names(store), strict=True))
    index = verdicts.index
    return Standing(
        of_row=of_row.astype(np.intp),
        states=_STATE_OF[codes],
        reasons=[MEANINGS[code].reason for code in codes.tolist()],
        by_option=_under_options(options, kinds, numbers, store),
        districts=np.where(rows >= 0, index.districts[rows], NO_DISTRICT).astype(np.intp),
        district_codes=list(index.district_codes),
        district_names=[names.get(code, code) for code in index.district_codes],
    )


def _names(store: DataStore | None) -> tuple[list[Any], list[Any]]:
    table = district_names(store=store)
    return table["lad_cd"].to_pylist(), table["name"].to_pylist()


def _under_options(
    options: Sequence[Option],
    kinds: NDArray[np.uint8],
    numbers: NDArray[np.uint32],
    store: DataStore | None,
) -> dict[str, NDArray[np.uint8]]:
    found = {}
    for option in options:
        codes = codes_of_cells(boundary_of_option(option), kinds, numbers, store=store)
        found[option.id] = _STATE_OF[codes]
    return found
