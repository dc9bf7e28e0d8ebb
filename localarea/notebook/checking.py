"""Postcodes checked in a notebook: one, a column of them, a frame, or past spend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from localarea import records
from localarea.datasets.store import default_store
from localarea.errors import InputError
from localarea.notebook.arguments import OptionLike, is_frame, listed, options_of
from localarea.notebook.councils import CouncilLike, council_of
from localarea.records import british_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from localarea.checking.payments import SpendFile
    from localarea.checking.replay import Replay
    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import DataStore

    Texts: TypeAlias = "pd.Series[Any] | pd.Index[Any] | Iterable[str | None]"


@dataclass(frozen=True, slots=True, eq=False)
class Verdict(records.Verdict):
    """
    Whether one postcode is local, and why.

    Attributes
    ----------
    postcode : str
        The postcode as it was read, or the text as given when it could not be read.
    status : {'local', 'not_local', 'unknown'}
        The answer.
    borderline : bool
        True when an error of the data could change it.
    reason : str
        The code of the reason.
    explanation : str
        A sentence that can be shown to the supplier.
    definition : str
        Id of the published definition, or ``option:NAME`` where none is.
    directory_date : str
        Month of the postcode directory, ``YYYY-MM``.
    terminated : str or None
        None for a live postcode; otherwise when it was withdrawn.
    zone : str or None
        Code of the zone (MSOA 2011) that decided.
    district : str or None
        Code of the district (``lad25cd``).
    easting, northing : int or None
        Metres in EPSG:27700.
    minutes_to_anchor : float or None
        Minutes by road.
    metres_to_boundary : float or None
        Metres from the postcode's point to the boundary.

    Examples
    --------
    >>> import localarea as la
    >>> verdict = la.check("co1 1jb", option="district")
    >>> verdict.postcode, verdict.status
    ('CO1 1JB', 'local')
    """

    def __eq__(self, other: object) -> bool:
        """Be equal to the same verdict of the rooms below."""
        if not isinstance(other, records.Verdict):
            return NotImplemented
        return self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        """Hash as the same verdict of the rooms below does."""
        return hash(tuple(self.as_dict().values()))

    def _repr_html_(self) -> str:
        from localarea.notebook.html import card

        answer = self.status.replace("_", " ") + (", borderline" if self.borderline else "")
        minutes, metres = self.minutes_to_anchor, self.metres_to_boundary
        facts = {
            "answer": answer,
            "why": self.explanation,
            "under": self.definition,
            "zone": self.zone,
            "minutes to the anchor": None if minutes is None else f"{minutes:g}",
            "metres to the boundary": None if metres is None else f"{metres:,.0f}",
            "directory of": self.directory_date,
        }
        return card(self.postcode, facts)


@overload
def check(  # type: ignore[overload-overlap]  # a text is an iterable of texts too
    what: str,
    *,
    option: OptionLike | None = ...,
    definition: str | None = ...,
    on: str | None = ...,
    council: CouncilLike = ...,
    column: str | None = ...,
    definitions: str | PathLike[str] | None = ...,
    store: DataStore | None = ...,
) -> Verdict: ...
@overload
def check(
    what: pd.DataFrame | Texts,
    *,
    option: OptionLike | None = ...,
    definition: str | None = ...,
    on: str | None = ...,
    council: CouncilLike = ...,
    column: str | None = ...,
    definitions: str | PathLike[str] | None = ...,
    store: DataStore | None = ...,
) -> pd.DataFrame: ...
def check(
    what: Any,
    *,
    option: OptionLike | None = None,
    definition: str | None = None,
    on: str | None = None,
    council: CouncilLike = None,
    column: str | None = None,
    definitions: str | PathLike[str] | None = None,
    store: DataStore | None = None,
) -> Verdict | pd.DataFrame:
    """
    Check whether postcodes are local, and say why.

    Parameters
    ----------
    what : str, Series, iterable or mapping of str, or DataFrame
        One postcode as people type it; a column of them; or a frame of pandas, Arrow or Dask
        that has such a column.
    option : str, Option or Scenario, optional
        Check against this option. By default against the definition that is in force, and as
        long as none is, against the council's default option.
    definition : str, optional
        Id of a published definition to check against.
    on : str, optional
        Day, ``YYYY-MM-DD``, on which a definition must be in force; by default today.
    council : Council or str, optional
        Whose options and definitions are meant; by default Colchester's.
    column : str, optional
        Column of the postcodes of a frame; found by itself where left out.
    definitions : str or path, optional
        Folder of published definitions; by default the user's own.

    Returns
    -------
    Verdict or pandas.DataFrame
        For one postcode its verdict with all evidence; the first one from an anchor without a
        table of minutes takes most of a minute, since those to all postcodes are computed and
        kept. For a column a frame with its index (of a mapping, its keys):
        ``postcode`` (as given), ``status``, ``borderline``, ``reason`` and ``definition``. For a
        frame the same rows, in a frame of its kind, with ``local_status``, ``local_borderline``,
        ``local_reason`` and ``local_definition`` at the right.

    Raises
    ------
    InputError
        If an option and a definition are given, or values are not text.
    NotFoundError
        If the option or definition is not known.
    ColumnNotFoundError
        If a frame has no column of postcodes.

    Examples
    --------
    >>> import localarea as la
    >>> import pandas as pd
    >>> suppliers = pd.Series(["CO1 1JB", "ip1 1aa", None], index=["a", "b", "c"])
    >>> la.check(suppliers, option="district")["status"].to_dict()
    {'a': 'local', 'b': 'not_local', 'c': 'unknown'}
    """
    _require_postcodes(what, column)
    classifier = _classifier(option, definition, on, council, definitions, store)
    if isinstance(what, str):
        found = classifier.check(what)
        return Verdict(**{f.name: getattr(found, f.name) for f in fields(records.Verdict)})
    from localarea.checking.frames import check_frame, check_pandas

    if is_frame(what):
        return check_frame(what, classifier, column=column)  # type: ignore[no-any-return]
    checked = check_pandas(_texts(what).to_frame("postcode"), classifier, "postcode")
    return checked.rename(columns=lambda name: name.removeprefix("local_"))


def _require_postcodes(what: Any, column: str | None) -> None:
    """Refuse what can hold no postcodes, before the minutes that a classifier may take."""
    frame = is_frame(what)
    several = hasattr(what, "__iter__") and getattr(what, "ndim", 1) == 1
    if isinstance(what, bytes) or not (frame or several):
        given = "None" if what is None else f"a value of type {type(what).__name__}"
        raise InputError(
            f"{given} holds no postcodes; give one postcode, a Series or list of them, or a frame "
            "that has a column of them"
        )
    if column is not None and not frame:
        kind = "text" if isinstance(what, str) else type(what).__name__
        raise InputError(f"column names a column of a frame; a {kind} has none, so leave it out")


def _texts(what: Any) -> pd.Series[Any]:
    """Return a column of texts; a mapping gives its values, with its keys as the index."""
    import pandas as pd

    if isinstance(what, pd.Series):
        return what
    what = listed(what)
    return pd.Series(what if isinstance(what, Mapping) else list(what), dtype=object)


def _classifier(
    option: OptionLike | None,
    definition: str | None,
    on: str | None,
    council: CouncilLike,
    definitions: str | PathLike[str] | None,
    store: DataStore | None,
) -> Classifier:
    """Choose the boundary as the command line does; an object is its own boundary."""
    from localarea.definitions.boundary_choice import BoundaryChoice, choose_classifier
    from localarea.definitions.store import DefinitionStore, default_folder

    whose = None if council is None else council_of(council, store=store)
    if option is not None and not isinstance(option, str):
        if definition is not None:
            raise InputError("give an option or a definition, not both", parameter="option")
        if on is not None:
            raise InputError(
                "an option is the same on every day; leave the day out, or name only the day for "
                "the definition in force then",
                parameter="on",
            )
        return _under(option, council, store)
    stated = whose is not None and whose.configured
    request = BoundaryChoice(
        option,
        definition,
        on,
        council=whose.key if whose is not None and stated else None,
        anchor=whose.anchor if whose is not None and not stated else None,
    )
    folder = default_folder() if definitions is None else Path(definitions)
    return choose_classifier(
        request,
        DefinitionStore(folder),
        today=british_day(datetime.now(UTC)).isoformat(),
        store=lambda: store or default_store(),
    )


def _under(option: OptionLike, council: CouncilLike, store: DataStore | None) -> Classifier:
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.minutes.anchor_minutes import anchor_minutes

    options, whose = options_of(option, council, store=store)
    if len(options) != 1:
        raise InputError(
            f"postcodes are checked against one option, and these are {len(options):,}; check "
            "against each in turn, or ask la.replay_spend for all at once",
            parameter="option",
        )
    (chosen,) = options
    why = "An option was asked for and no published definition"
    minutes = anchor_minutes(whose, store=store)
    return Classifier(boundary_of_option(chosen, why=why), store=store, minutes=minutes)


def replay_spend(
    frame_or_path: pd.DataFrame | SpendFile | str | PathLike[str],
    options: OptionLike | Iterable[OptionLike],
    council: CouncilLike = None,
    *,
    postcode_column: str | None = None,
    amount_column: str | None = None,
    store: DataStore | None = None,
) -> Replay:
    """
    Check every row of past spend under every option.

    Parameters
    ----------
    frame_or_path : pandas.DataFrame, SpendFile, str or path
        The payments, or a file of them: CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet.
    options : Option, Scenario, str, or several of them
        The options; the first is what changes are told against.
    council : Council or str, optional
        Whose options the ids are; by default Colchester's.
    postcode_column : str, optional
        Column of postcodes; found by itself where left out.
    amount_column : str, optional
        Column of amounts. In a file it is found by itself where left out; a frame without has
        none.

    Returns
    -------
    Replay
        Sums by option (``by_option``), and the status of every row (``rows``).

    Examples
    --------
    >>> import localarea as la
    >>> import pandas as pd
    >>> paid = pd.DataFrame({"postcode": ["CO1 1JB", "IP1 1AA"], "amount": [100.0, 300.0]})
    >>> found = la.replay_spend(paid, ["district"], amount_column="amount")
    >>> found.by_option["local_share"].to_dict()
    {'district': 0.25}
    """
    import pandas as pd

    from localarea.checking import replay
    from localarea.checking.payments import SpendFile

    chosen, whose = options_of(options, council, store=store)
    source: Any = frame_or_path
    if isinstance(source, str | PathLike):
        source = Path(source)
    elif not isinstance(source, pd.DataFrame | SpendFile):
        way = ", such as its .to_pandas()" if hasattr(source, "to_pandas") else ""
        raise InputError(
            f"a {type(source).__name__} holds no payments; give a pandas DataFrame{way}, or the "
            "path of a file"
        )
    return replay.replay_spend(
        source,
        chosen,
        whose,
        postcode_column=postcode_column,
        amount_column=amount_column,
        store=store,
    )
