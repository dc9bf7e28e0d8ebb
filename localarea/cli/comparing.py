"""What the command ``compare`` was asked for, and the answer as text, document or file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from localarea.checking.replay import Replay
    from localarea.comparison.comparison import Comparison
    from localarea.comparison.robustness import Robustness
    from localarea.comparison.tables import ExportTable
    from localarea.datasets.store import DataStore
    from localarea.options.council import Council
    from localarea.records import Option

_SHOWN: Final = 12  # zones of the fringe that a terminal lists; all of them are in the file


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What to compare, and what more to find out.

    Attributes
    ----------
    options : tuple of str
        Ids, or paths of scenarios that end in ``.toml``.
    replay : pathlib.Path or None
        Payments to check under every option.
    column, amount : str or None
        Headers of its columns of postcodes and amounts.
    robustness : bool
        Whether to tell in how many options each zone is.
    """

    options: tuple[str, ...]
    replay: Path | None = None
    column: str | None = None
    amount: str | None = None
    robustness: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """
    The answer.

    Attributes
    ----------
    comparison : Comparison
        The options side by side.
    replay : Replay or None
        What the payments show.
    robustness : Robustness or None
        In how many options each zone is.
    """

    comparison: Comparison
    replay: Replay | None = None
    robustness: Robustness | None = None

    def extras(self) -> tuple[ExportTable, ...]:
        """List the tables that go into a file besides those of every comparison."""
        from localarea.comparison.tables import replay_table, robustness_table

        tables: list[ExportTable] = []
        if self.replay is not None:
            tables.append(replay_table(self.replay.by_option))
        if self.robustness is not None:
            tables.append(robustness_table(self.robustness))
        return tuple(tables)

    def write(self, path: Path, council: Council, store: DataStore) -> None:
        """Write a file; the page has a map, which the other forms leave to other programs."""
        if path.suffix.casefold() == ".html":
            from localarea.reports.comparison.map_page import write_comparison_page

            write_comparison_page(self.comparison, council, path, extras=self.extras(), store=store)
            return
        from localarea.reports.comparison.write import write_comparison

        write_comparison(self.comparison, path, extras=self.extras(), store=store)

    def document(self, council: Council, store: DataStore) -> dict[str, Any]:
        """Give everything as one document."""
        from localarea.comparison.documents import comparison_document, plain_rows

        document = comparison_document(self.comparison, council, store=store)
        if self.replay is not None:
            document["replay"] = plain_rows(self.replay.by_option)
        if self.robustness is not None:
            zones = self.robustness.zones.join(self.robustness.contested["decided_by"])
            document["robustness"] = plain_rows(zones)
        return document

    def show(self, council: Council) -> None:
        """Print everything, the fringe's greatest zones only."""
        from localarea.cli.option_tables import show_comparison, show_extra

        show_comparison(self.comparison, council)
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
        typer.echo(f"{core} zones are inside under every option, {fringe} under some of them.")
        first = robustness.contested.sort_values("employed_residents", ascending=False)
        for code, row in first.head(_SHOWN).iterrows():
            held = f"{row['n_local']} of {row['n_options']}"
            typer.echo(f"  {row['name']} ({code}), inside under {held}. {row['decided_by']}")
        if fringe > _SHOWN:
            typer.echo(f"  and {fringe - _SHOWN} more: all of them with --out or --json")


def _replay_note(replay: Replay) -> str:
    read = f" (postcodes from {replay.postcode_column!r}"
    read += f", amounts from {replay.amount_column!r}" if replay.amount_column else ", no amounts"
    unread = f", {replay.unread_amounts} amounts not read" if replay.unread_amounts else ""
    return f"{read}{unread})"


def compare_as_asked(asked: Asked, council: Council, store: DataStore) -> Compared:
    """Work the options out and find what was asked for."""
    from localarea.comparison.comparison import compare_options

    options = [_named(name, council, store) for name in asked.options]
    comparison = compare_options(options, council, store=store)
    replay, robustness = None, None
    if asked.replay is not None:
        from localarea.checking.replay import replay_spend

        replay = replay_spend(
            asked.replay,
            options,
            council,
            postcode_column=asked.column,
            amount_column=asked.amount,
            store=store,
        )
    if asked.robustness:
        from localarea.comparison.robustness import measure_robustness

        robustness = measure_robustness(options, council, store=store)
    return Compared(comparison, replay, robustness)


def _named(name: str, council: Council, store: DataStore) -> Option:
    from localarea.options.membership import option_zones

    if name.casefold().endswith(".toml"):
        from localarea.cli.scenarios import open_scenario

        return open_scenario(Path(name)).option(council, store=store)
    return option_zones(name, council, store=store)
