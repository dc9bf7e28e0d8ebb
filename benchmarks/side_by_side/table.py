"""Markdown of what was found: the aims first, then every comparison, then how each work grows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS = "localarea"


def as_markdown(document: dict[str, Any]) -> str:
    """Return the page of one run."""
    machine = document["machine"]
    parts = ", ".join(dict.fromkeys(one["part"] for one in document["comparisons"]))
    seconds = round(document["seconds"])
    rounds = "one round" if document["rounds"] == 1 else f"{document['rounds']} rounds"
    return "\n".join(
        [
            f"## {parts}",
            "",
            f"Measured on {document['date']} by `./scripts/bench`: {machine['processor']}, "
            f"{machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, "
            f"Python {machine['python']}; version {document['version']}; {rounds}, "
            f"{seconds} seconds in all; load {machine['load_average']} at the start.",
            "",
            *_aims(document["comparisons"]),
            *_comparisons(document["comparisons"]),
            *_growth(document["growth"]),
            *_failures(document["failed"]),
        ]
    )


INTRODUCTION = """# Benchmarks

Every comparison that we make with other programs, in turns on one machine, so that what else the
machine does falls on all of them. Each aim has its true figure beside it, also where it is missed.
`./scripts/bench` measures again on your machine and writes into `out/bench`;
`./scripts/bench --part roads files` measures some parts. Seconds on another machine will differ;
ratios differ less. More about single parts: [very many rows and files](scale.md),
[travel to work areas](benchmarks-ttwa.md), [minutes by road](validation-roads.md),
[the service](service.md), [memory](deployment.md), [pages](lighthouse.md).

## Why some aims are missed

- **The machine, and its Python**: what was measured on 30 November ran on a Python built by hand
  without optimisations, which took 0.032 seconds to start; what begins cold, the service and its
  memory were measured again on 1 December with Debian's own, which takes 0.017. One check was then
  0.74 of the bare route's rate (before 0.69 and 1), and each further process 52 MB (before 81). On
  an AMD EPYC of two cores, idle, 10,000 verdicts took 19 milliseconds; one junction was searched
  from 2.3 times as quickly as by scipy and a hundred 3.9 times; the service held 403 MB, and 67
  for each further process. All are true figures; the aims name no machine.
- **A cold check**: 0.23, 0.25 and 0.29 seconds in three runs of 1 December. Two thirds of it pass
  before our code starts, for Python, NumPy and Arrow.
- **One check by HTTP**, 0.7 of the bare route: some 40 microseconds more. They are eleven headers,
  each looked over by the server, the log, the figures, and the verdict.
- **Verdicts in bulk**: 31 to 37 times DuckDB's join at 312,500 rows and 16 to 18 times at five
  million, because what DuckDB takes to begin is spread over more rows, and ours is bound by memory:
  five million texts, and a table of 12 MB that they are looked up in.
- **Minutes by road**: from one junction 2.3 to 2.9 times scipy in three runs, at loads from 0.4 to
  15; a hundred are searched for one by one, on every core. From two hundred on, a
  [hierarchy](validation-roads.md#speed) is built first.
- **CSV**: some 2 times Arrow's time for each row, whose answer makes the file 3.3 times as long
  (11.3 MB of 3.4), and 34 milliseconds before the first, of which 17 to find the layout, which
  Arrow is told.
- **Memory of each further process**: the figure is what three and their parent hold more than one
  alone, by half. The parent, which serves nobody, has 54 MB of its own, and each of the three 38 to
  47 MB. [What of it is shared](deployment.md#processes-and-memory) is said there. One process
  alone meets its aim; the 654 MB of before were as much of free room that was not returned, and of
  libraries that only the preparing needed, as of what it serves from.
"""


def as_page(runs: Sequence[dict[str, Any]]) -> str:
    """Return the page of the documentation: one run after another, each with its date."""
    return "\n".join([INTRODUCTION, *(as_markdown(run).rstrip() + "\n" for run in runs)])


def figure(value: float) -> str:
    """
    Return a figure with three digits that count.

    >>> figure(0.01234), figure(1.25), figure(12.34), figure(4321.0)
    ('0.0123', '1.25', '12.3', '4,321')
    """
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(line)} |" for line in lines] + [""]


def _aims(comparisons: list[dict[str, Any]]) -> list[str]:
    rows = [
        [
            f"{one['what']}, {one['size']}",
            said["of"],
            said["aim"],
            figure(said["figure"]),
            "yes" if said["met"] else "**no**",
        ]
        for one in comparisons
        for said in one["aims"]
    ]
    if not rows:
        return []
    heads = ["what", "figure of", "aim", "measured", "met"]
    return ["### Aims", "", *_table(heads, rows)]


def _comparisons(comparisons: list[dict[str, Any]]) -> list[str]:
    lines = [
        "### Beside its peers",
        "",
        "The best of the rounds counts. A ratio is the peer's figure over ours: above 1, ours is "
        "the quicker or the smaller. In brackets are the least and greatest ratio of runs next to "
        "each other.",
        "",
    ]
    for part in dict.fromkeys(one["part"] for one in comparisons):
        rows = [row for one in comparisons if one["part"] == part for row in _rows_of(one)]
        heads = ["what", "size", "program", "measured", "ratio", "load"]
        lines += [f"#### {part}", "", *_table(heads, rows)]
        lines += [f"{one['note']}\n" for one in comparisons if one["part"] == part and one["note"]]
    return lines


def _rows_of(one: dict[str, Any]) -> list[list[str]]:
    rows = []
    for name, seconds in one["rounds"].items():
        ratio = one["ratios"].get(name)
        least, most = ratio["of_rounds"] if ratio else (0, 0)
        said = f"{figure(ratio['ratio'])} ({figure(least)} to {figure(most)})" if ratio else ""
        shown = f"{figure(min(seconds))} {one['unit']}"
        rows.append([one["what"], one["size"], name, shown, said, str(one["load"])])
    for name, why in one["absent"].items():
        rows.append([one["what"], one["size"], name, f"absent: {why}", "", ""])
    return rows


def _growth(growth: list[dict[str, Any]]) -> list[str]:
    if not growth:
        return []
    rows = [
        [
            one["what"],
            ", ".join(f"{size:,}" for size in one["sizes"]),
            ", ".join(figure(seconds) for seconds in one["seconds"]),
            f"{one['exponent']:.2f}",
        ]
        for one in growth
    ]
    return [
        "### How the time grows",
        "",
        "Seconds of processor time as a power of the size: 1 is in step with it.",
        "",
        *_table(["what", "sizes", "seconds", "exponent"], rows),
    ]


def _failures(failed: dict[str, str]) -> list[str]:
    return [f"**{part} could not be measured**: {why}\n" for part, why in failed.items()]
