"""What is told, found by groups and by what is near, against a solver of everything at once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from localarea.contracts.disclosure.differencing import Targets, unsafe
from localarea.contracts.disclosure.solving.equations import start, ties

PARTS = 6  # in a row; of each the first kind, the others, another kind, its others, and the whole
KINDS = 5


def cell(kind: int, part: int) -> int:
    return kind * PARTS + part


@pytest.mark.parametrize("seed", [*range(8), 33])
def test_what_is_told_is_what_a_solver_of_all_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 9, (KINDS, PARTS)).astype(float)
    values[3] = rng.integers(0, 4, PARTS)
    values[4] = values[0] + values[1]
    values[2] = np.minimum(values[2], values[4])
    values[3] = values[4] - values[2]
    parts = np.arange(PARTS)
    tied = ties(
        (np.column_stack([cell(one, 0) + parts, cell(two, 0) + parts]), cell(4, 0) + parts)
        for one, two in ((0, 1), (2, 3))
    )
    before = start(values.ravel(), tied)
    told = []
    for kind in (4, 0, 2):
        for _ in range(rng.integers(1, 5)):
            chosen = rng.random(PARTS) < rng.choice([0.2, 0.5, 1.0])
            told.append(cell(kind, 0) + parts[chosen])
    told = [one for one in told if len(one)]
    single = np.array([one[0] for one in told if len(one) == 1], np.int64)
    system, reached = before.with_told(single, [one for one in told if len(one) > 1])
    sums = [np.array([at]) for at in range(KINDS * PARTS)]
    sums += [cell(kind, 0) + parts[:2] for kind in range(KINDS)]
    margins = rng.integers(1, 12, len(sums)).astype(float)
    rows = np.zeros((len(sums), KINDS * PARTS))
    for at, one in enumerate(sums):
        rows[at, one] = 1
    targets = Targets(csr_array(rows), margins, np.full(len(sums), -1))

    found = set(unsafe(system, reached, targets, []).tolist())

    equations = np.zeros((len(told) + 2 * PARTS, KINDS * PARTS))
    for at, one in enumerate(told):
        equations[at, one] = 1
    for part in parts:
        for line, (one, two) in enumerate(((0, 1), (2, 3))):
            at = len(told) + 2 * part + line
            equations[at, [cell(one, part), cell(two, part)]] = 1
            equations[at, cell(4, part)] = -1
    exact = set()
    for at, margin in enumerate(margins):
        furthest = linprog(
            -rows[at], A_ub=rows[[at]], b_ub=[margin], A_eq=equations,
            b_eq=np.zeros(len(equations)), bounds=[(-value, None) for value in values.ravel()],
        )  # fmt: skip
        if -furthest.fun < margin - 1e-4:
            exact.add(at)
    bears = {at for at, one in enumerate(sums) if reached[one].any()}
    assert found == exact & bears
    assert exact <= bears
