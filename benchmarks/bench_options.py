"""
Time a council's options: from a cold start, and again once the tables are there.

Run ``python benchmarks/bench_options.py``. A cold figure comes from a process of its
own; the best of three counts. The plain way is the same sum by pandas on the table of
flows, for one option and two figures, which a careful analyst might write.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

COLD = """
import json, time
start = time.perf_counter()
from localarea.options.council import read_council
from localarea.options.membership import compute_options
from localarea.comparison.metrics import compute_metrics
imported = time.perf_counter()
council = read_council("colchester")
options = compute_options(council)
chosen = time.perf_counter()
compute_metrics(options, council)
done = time.perf_counter()
print(json.dumps({"import": imported - start, "choose": chosen - imported,
                  "metrics": done - chosen, "all": done - start, "options": len(options)}))
"""


def best(call: Any, times: int = 5) -> float:
    """Give the shortest of several runs in seconds."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def cold() -> dict[str, float]:
    """Run everything in a fresh process, three times; the fastest whole counts."""
    runs = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", COLD], capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout))
    return min(runs, key=lambda run: run["all"])


def warm() -> dict[str, float]:
    """Change one place and ask for all figures again; and the plain way beside it."""
    from localarea.comparison.metrics import compute_metrics
    from localarea.comparison.scenario import Scenario
    from localarea.datasets.flows import read_flows
    from localarea.options.council import read_council
    from localarea.options.membership import compute_options

    council = read_council("colchester")
    options = compute_options(council)
    compute_metrics(options, council)
    flows = read_flows(2011)
    scenarios = iter([Scenario.of("ttwa-official").include(z) for z in options[4].zones[:20]])

    def one_change() -> None:
        compute_metrics([next(scenarios).option(council)], council)

    def plain() -> None:
        lives = flows["origin"].isin(options[6].zones)
        works = flows["destination"].isin(options[6].zones)
        both = flows.loc[lives & works, "workers"].sum()
        _ = both / flows.loc[lives, "workers"].sum(), both / flows.loc[works, "workers"].sum()

    return {
        "all_options": best(lambda: compute_metrics(options, council)),
        "one_changed_place": best(one_change),
        "plain_pandas_two_figures_of_one_option": best(plain),
    }


if __name__ == "__main__":
    print(json.dumps({"cold_s": cold(), "warm_s": warm()}, indent=1))
