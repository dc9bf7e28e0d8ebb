"""Run the ``compare`` command and present the result as text, JSON or a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from localarea.checking.replay import Replay
    from localarea.comparison.comparison import Comparison
    from localarea.comparison.robustness import Robustness
    from localarea.comparison.tables import ExportTable
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.places.authorities import Authority
    from localarea.records import Option

_MAX_SHOWN: Final = 12  # fringe zones listed on a terminal; the file has them all


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """
    Arguments of the ``compare`` command.

    Attributes
    ----------
    options : tuple of str
        Ids of options, or paths of scenarios ending in ``.toml``.
    column, amount : str or None
        Headers of its postcode and amount columns.
    councils : mapping or None
        Council of each district on a day, to give gains and losses by it.
    """

    options: tuple[str, ...]
    replay: Path | None = None
    column: str | None = None
    amount: str | None = None
    robustness: bool = False
    councils: Mapping[str, Authority] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CompareResult:
    """
    Result of the ``compare`` command.

    Attributes
    ----------
    by_council : pandas.DataFrame or None
        Gains and losses by the councils of a day.
    """

    comparison: Comparison
    replay: Replay | None = None
    robustness: Robustness | None = None
    by_council: pd.DataFrame | None = None
    councils: Mapping[str, Authority] | None = None

    def extras(self) -> tuple[ExportTable, ...]:
        """Return the extra tables to write besides those of every comparison."""
        from localarea.comparison.tables import councils_table, replay_table, robustness_table

        tables: list[ExportTable] = []
        if self.by_council is not None:
            tables.append(councils_table(self.comparison, self.by_council))
        if self.replay is not None:
            tables.append(replay_table(self.replay.by_option))
        if self.robustness is not None:
            tables.append(robustness_table(self.robustness))
        return tuple(tables)

    def write(self, path: Path, council: Council, store: DataStore) -> None:
        """Write a file in the format of its extension; only the HTML page has a map."""
        if path.suffix.casefold() == ".html":
            from localarea.reports.comparison.map_page import write_comparison_page

            write_comparison_page(self.comparison, council, path, extras=self.extras(), store=store)
            return
        from localarea.reports.comparison.write import write_comparison

        write_comparison(self.comparison, path, extras=self.extras(), store=store)

    def document(self, council: Council, store: DataStore) -> dict[str, Any]:
        """Return the result as a JSON document."""
        from localarea.comparison.documents import comparison_document, plain_rows

        document = comparison_document(self.comparison, council, store=store)
        if self.by_council is not None and self.councils is not None:
            from localarea.comparison.councils import add_councils

            add_councils(document, self.comparison.options, self.councils, store=store)
            rows = plain_rows(self.by_council.set_index("against"))
            document["changes_by_council"] = rows
        if self.replay is not None:
            document["replay"] = plain_rows(self.replay.by_option)
        if self.robustness is not None:
            zones = self.robustness.zones.join(self.robustness.contested["decided_by"])
            document["robustness"] = plain_rows(zones)
        return document

    def show(self) -> None:
        """Print the result; of the fringe, only the largest zones."""
        from localarea.cli.options.option_tables import (
            show_changes_by_council,
            show_comparison,
            show_extra,
        )

        show_comparison(self.comparison)
        if self.by_council is not None:
            show_changes_by_council(self.by_council, self.comparison.vintages)
        if self.replay is not None:
            from localarea.comparison.tables import replay_table

            note = _replay_note(self.replay)
            show_extra(
                f"The payments under every option{note}:", replay_table(self.replay.by_option)
            )
        if self.robustness is not None:
            self._show_robustness(self.robustness)

    def _show_robustness(self, robustness: Robustness) -> None:
        import typer

        standing = robustness.zones["standing"].value_counts()
        core, fringe = int(standing.get("core", 0)), int(standing.get("fringe", 0))
        held = "1 zone is" if core == 1 else f"{core:,} zones are"
        typer.echo(f"{held} inside under every option, {fringe:,} under some of them.")
        first = robustness.contested.sort_values("employed_residents", ascending=False)
        for code, row in first.head(_MAX_SHOWN).iterrows():
            held = f"{row['n_local']} of {row['n_options']}"
            typer.echo(f"  {row['name']} ({code}), inside under {held}. {row['decided_by']}")
        if fringe > _MAX_SHOWN:
            typer.echo(f"  and {fringe - _MAX_SHOWN:,} more: use --out or --json to see them all")


def _replay_note(replay: Replay) -> str:
    read = f" (postcodes from {replay.postcode_column!r}"
    read += f", amounts from {replay.amount_column!r}" if replay.amount_column else ", no amounts"
    amounts = "amount" if replay.unread_amounts == 1 else "amounts"
    unread = f", {replay.unread_amounts:,} {amounts} not read" if replay.unread_amounts else ""
    return f"{read}{unread})"


def compare_as_asked(request: CompareRequest, council: Council, store: DataStore) -> CompareResult:
    """Compute the options and whatever else was requested."""
    from localarea.comparison.comparison import compare_options

    options = [_named(name, council, store) for name in request.options]
    comparison = compare_options(options, council, store=store)
    replay, robustness = None, None
    if request.replay is not None:
        from localarea.checking.replay import replay_spend

        replay = replay_spend(
            request.replay,
            options,
            council,
            postcode_column=request.column,
            amount_column=request.amount,
            store=store,
        )
    if request.robustness:
        from localarea.comparison.robustness import measure_robustness

        robustness = measure_robustness(options, council, store=store)
    by_council = None
    if request.councils is not None:
        from localarea.comparison.councils import changes_by_council

        by_council = changes_by_council(comparison, request.councils)
    return CompareResult(comparison, replay, robustness, by_council, request.councils)


def _named(name: str, council: Council, store: DataStore) -> Option:
    from localarea.options.membership import option_zones

    if name.casefold().endswith(".toml"):
        from localarea.cli.options.scenarios import open_scenario

        return open_scenario(Path(name)).option(council, store=store)
    return option_zones(name, council, store=store)
