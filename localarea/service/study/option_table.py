"""Which options are asked for, which of their figures, and in which order: for API and page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, Field

from localarea.comparison.contested.firmness import drawn_options
from localarea.comparison.documents import options_document
from localarea.comparison.figure_catalogue import GROUPS, Figure
from localarea.comparison.findings import find_contested
from localarea.comparison.metrics import figures_of
from localarea.errors import InputError, nearest_names
from localarea.options.option_ids import split_option_id
from localarea.reports.maps.options_page import figures_shown

if TYPE_CHECKING:
    from localarea.comparison.findings import Finding
    from localarea.records import Option
    from localarea.service.state.state import State

Contested = Literal["all", "drawn", "with", "without"]
BRIEF: Final = "brief"
_GIVE_WAY: Final = ("zones", "live_postcodes", "enterprises_2022")
EVERY: Final = "every"


class OptionsQuery(BaseModel):
    """Which options, which figures, in what order."""

    contested: Contested = Field(
        "all",
        description="`with` or `without`: of each method the variant with, or without, the "
        "contested places; `drawn`: each method as it draws the boundary itself; `all`: every "
        "variant.",
    )
    group: str = Field(
        EVERY,
        max_length=20,
        description="The figures of one group alone: `brief`, or a group of docs/comparison.md.",
    )
    sort: str = Field(
        "",
        max_length=60,
        description="The figure to sort by, largest first; by default the council's own order.",
    )


def choose_options(state: State, query: OptionsQuery) -> list[Option]:
    """Choose and sort the options that are asked for."""
    chosen = _of_each_method(state, query.contested)
    metrics = state.session.metrics
    if not query.sort:
        return chosen
    if query.sort not in metrics.columns:
        raise _not_known("figure", query.sort, list(metrics.columns))
    return sorted(chosen, key=lambda o: _largest_first(metrics.at[o.id, query.sort]))


def figure_groups(state: State) -> dict[str, tuple[Figure, ...]]:
    """Return the figures that can be asked for together, by the name of their group."""
    metrics, council = state.session.metrics, state.council
    known = [f for f in figures_of(council, store=state.store) if f.name in metrics.columns]
    groups = {key: tuple(f for f in known if f.group == name) for key, name in GROUPS.items()}
    brief = figures_shown(council, brief=True, store=state.store)
    if council.mandate_area:  # its figures take the place of others, or no page is wide enough
        brief = tuple(f for f in brief if f.name not in _GIVE_WAY)
    shown = {f.name for f in brief}
    return {BRIEF: brief} | {
        key: figures
        for key, figures in groups.items()
        if not shown.issuperset(f.name for f in figures)
    }


def figures_in(state: State, group: str) -> tuple[Figure, ...]:
    """Return the figures of a group."""
    groups = figure_groups(state)
    if group not in groups:
        raise _not_known("group of figures", group, list(groups))
    return groups[group]


def findings_of(state: State) -> tuple[Finding, ...]:
    """Return what the figures say of each place in dispute; worked out once, from all commuters."""
    session = state.session
    found: tuple[Finding, ...] = state.drawn(
        "findings", lambda: find_contested(session.metrics, session.council, store=state.store)
    )
    return found


def options_asked(state: State, query: OptionsQuery) -> dict[str, Any]:
    """Return the document of the options asked for; by default as ``localarea options --json``."""
    session = state.session
    chosen = choose_options(state, query)
    document = options_document(
        chosen,
        session.metrics,
        session.council,
        findings=findings_of(state),
        store=state.store,
    )
    if query.group != EVERY:
        names = {figure.name for figure in figures_in(state, query.group)}
        for option in document["options"]:
            option["metrics"] = {k: v for k, v in option["metrics"].items() if k in names}
    return document


def as_drawn(state: State) -> list[Option]:
    """Return each method's option once: variants with a place in dispute are no further methods."""
    return drawn_options(state.session.options, state.council)


def _of_each_method(state: State, contested: Contested) -> list[Option]:
    """Take for each method the variant with, or without, the contested places."""
    if contested == "all":
        return list(state.session.options)
    if contested == "drawn":
        return as_drawn(state)
    keys, sign = [c.key for c in state.council.contested], "+" if contested == "with" else "-"
    best: dict[str, tuple[int, Option]] = {}
    for option in state.session.options:
        base, endings = split_option_id(option.id, keys)
        if any(not ending.startswith(sign) for ending in endings):
            continue
        if base not in best or len(endings) > best[base][0]:
            best[base] = (len(endings), option)
    return [option for _, option in best.values()]


def _largest_first(value: Any) -> float:
    number = float(value)
    return -number if number == number else float("inf")  # what is not known comes last


def _not_known(kind: str, name: str, known: list[str]) -> InputError:
    near = nearest_names(name, known, count=1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of: {', '.join(known)}"
    return InputError(f"there is no {kind} {name!r}; {hint}")
