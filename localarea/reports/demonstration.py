"""Run the main workflow on the bundled data: options, map, comparison and a checked sample."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from localarea.checking.csv_file import FileReport, check_file
from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.comparison.comparison import Comparison, compare_options
from localarea.comparison.findings import Finding, find_contested
from localarea.comparison.mandate.held import held_sentence
from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.options.membership import compute_options, option_zones
from localarea.options.minutes.anchor_minutes import anchor_minutes
from localarea.options.option_ids import split_option_id
from localarea.reports.comparison.write import write_comparison
from localarea.reports.index_page import write_index
from localarea.reports.maps.comparison_map import write_comparison_map
from localarea.reports.maps.explorer import write_explorer
from localarea.reports.maps.options_page import first_shown, write_options_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

INDEX, MAP, CHECKED = "index.html", "options-map.html", "suppliers.checked.csv"
EXPLORER, PAIR = "explore-map.html", "comparison-map.html"
TABLE, BOOK, LAYERS = "comparison.csv", "comparison.xlsx", "options.gpkg"


@dataclass(frozen=True, slots=True, eq=False)
class Demonstration:
    """Result of a demonstration run."""

    council: Council
    comparison: Comparison
    findings: tuple[Finding, ...]
    checked: FileReport
    files: tuple[tuple[str, Path], ...]
    store: DataStore


def run_demonstration(
    folder: Path,
    council: Council,
    *,
    store: DataStore | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Demonstration:
    """
    Compare a council's options, draw them, and check the bundled sample of suppliers.

    Parameters
    ----------
    folder : pathlib.Path
        Folder to write to; created if missing. Files of an earlier run are replaced.
    tell : callable
        Called with a short message before each step.

    Returns
    -------
    Demonstration
        Findings, and the files written, with the same bytes every time.

    Raises
    ------
    InputError
        If the folder cannot be created.
    """
    store = store or default_store()
    _make(folder)
    tell("computing the options")
    options = compute_options(council, store=store)
    tell("comparing them")
    comparison = compare_options(options, council, store=store)
    findings = find_contested(comparison.metrics, council, store=store)
    tell("drawing the map")
    page = write_options_page(
        folder / MAP,
        options,
        council,
        comparison.metrics,
        lede=_lede(council, comparison, findings),
        store=store,
    )
    tell("drawing every layer")
    explorer = write_explorer(folder / EXPLORER, options, council, store=store)
    first, second = _pair(options, council)
    pair = write_comparison_map(folder / PAIR, first, second, council, store=store)
    tell("writing the comparison")
    for name in (TABLE, BOOK, LAYERS):
        write_comparison(comparison, folder / name, store=store)
    tell("checking the sample of suppliers")
    checked = check_sample(folder / CHECKED, council, store=store)
    written = (
        ("a map with a postcode search: options, commuting, drive times, agreement", explorer),
        ("the options on a map, with their figures", page),
        (f"two options side by side: {first.title} and {second.title}", pair),
        ("their figures, gains and losses, and overlaps, for Excel", folder / BOOK),
        ("the same with one figure per line, for any program", folder / TABLE),
        ("their outlines and zones, for QGIS or ArcGIS", folder / LAYERS),
        ("the sample of suppliers with verdicts", folder / CHECKED),
    )
    index = write_index(
        folder / INDEX,
        f"Options for {council.title}",
        "Begin with the map. All was computed from the package's tables and needs no network.",
        written,
    )
    listed = (("a page that leads to all of these", index), *written)
    return Demonstration(council, comparison, findings, checked, listed, store)


def _pair(options: Sequence[Option], council: Council) -> tuple[Option, Option]:
    """Choose the two options to compare: the default, with and without a place."""
    family = first_shown(options, council)
    chosen = [o for o in options if o.id in family]
    rest = [o for o in options if o.id not in family]
    first, second = [*chosen, *rest][:2]
    return first, second


def _lede(council: Council, comparison: Comparison, findings: Sequence[Finding]) -> str:
    keys = [contested.key for contested in council.contested]
    title = council.spec(split_option_id(council.default_option, keys)[0]).title
    sentences = [*mandate_lead(council, comparison)]
    sentences.append(f"The unbroken line is the council's default: {title}.")
    for finding in findings:
        holds = f"+{finding.key}" in council.default_option
        changed = f"{'without' if holds else 'with'} {finding.place}"
        sentences.append(f"The dotted line is the same area {changed}.")
        sentences.append(finding.of_links[0])
    return " ".join(sentences)


def mandate_lead(council: Council, comparison: Comparison) -> tuple[str, ...]:
    """
    Describe how the mandate is read, and what the council's default option holds of it.

    Two sentences; none if the council states no area of its mandate.
    """
    area, default = council.mandate_area, council.default_option
    if area is None or default not in comparison.metrics.index:
        return ()
    title = next(option.title for option in comparison.options if option.id == default)
    figures = {str(name): column.loc[default] for name, column in comparison.metrics.items()}
    return (area.words, held_sentence(title, figures, council))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be created: {error.strerror}; name another folder",
            parameter="out",
        ) from error


def check_sample(out: Path, council: Council, *, store: DataStore | None = None) -> FileReport:
    """
    Check the bundled sample of invented suppliers under the council's default option.

    Counts by status and by reason.
    """
    option = option_zones(council.default_option, council, store=store)
    classifier = Classifier(
        boundary_of_option(option, default=True),
        store=store,
        minutes=anchor_minutes(council, store=store),
    )
    sample = files("localarea.reports").joinpath("sample", "suppliers.csv")
    with ExitStack() as stack:
        return check_file(stack.enter_context(as_file(sample)), classifier, out=out)


def conclusion(finding: Finding, default_option: str) -> Sequence[str]:
    """
    Choose the key sentences of a finding.

    ``default_option``: option whose change to report; the others are in the comparison. Returns the
    options that include and exclude the place, the exchange of workers, and what adding it to the
    default option changes.
    """
    sentences = [
        sentence
        for pair, sentence in zip(finding.pairs, finding.of_pairs, strict=True)
        if default_option in (pair.without, pair.with_place)
    ]
    return (*finding.general, *sentences)
