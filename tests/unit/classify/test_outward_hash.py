"""The quick look-up of outward codes has a place for every one of them."""

from __future__ import annotations

from itertools import product

import numpy as np

from localarea.classify import bulk
from localarea.classify._bulk_kernel import BUCKET_BITS, INWARDS, SLOT_BITS, fold
from localarea.geo.postcodes import outward_number

# As many as the country has: AA1 to HM30.
CODES = [f"{a}{b}{n}" for a, b, n in product("ABCDEFGH", "ABCDEFGHJKLMN", range(1, 31))]


def test_every_outward_code_is_found_where_its_hash_says() -> None:
    outwards = np.array([outward_number(code) for code in CODES], np.int32)
    heads, multipliers, factor = bulk._hash_outwards(outwards)
    for block, code in enumerate(CODES):
        head = fold(code)
        bucket = (head * factor % 2**32) >> (32 - BUCKET_BITS)
        slot = (head * int(multipliers[bucket]) % 2**32) >> (32 - SLOT_BITS)
        assert int(heads[slot]) == (block * INWARDS << 32) + head, code
    assert np.count_nonzero(heads != bulk._NO_OUTWARD) == len(CODES)
