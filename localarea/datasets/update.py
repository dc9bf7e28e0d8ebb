"""Fetch the publishers' files into a folder, and hold each to the checksum it first had."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from localarea.datasets._download import Patience, download, sha256_of, write_whole
from localarea.datasets._whole import fault_of_file
from localarea.errors import ChecksumError, DataError, DownloadError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import httpx

    from localarea.datasets.sources import Source

RECORD_FILE: Final = "fetched.json"
# A name that ends so is a file; any other address given as a mirror is a folder of files.
_FILE_ENDINGS: Final = (".zip", ".csv", ".gz", ".geojson", ".json", ".gpkg", ".txt")

State = Literal["fetched", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of one source.

    Attributes
    ----------
    source : Source
        The source.
    path : pathlib.Path
        Where the file is, or would be.
    state : {"fetched", "unchanged", "failed"}
        ``unchanged`` when the file was there with the checksum on record.
    url : str
        Address it was asked from.
    sha256 : str or None
        Checksum of the file; None when there is none.
    size : int
        Bytes; 0 when there is no file.
    resumed : bool
        Whether an earlier part was gone on from.
    error : DataError or None
        Why it failed; the file that was there before is as it was.
    """

    source: Source
    path: Path
    state: State
    url: str
    sha256: str | None = None
    size: int = 0
    resumed: bool = False
    error: DataError | None = None


def fetch_sources(
    sources: Sequence[Source],
    folder: Path,
    *,
    base: str | None = None,
    again: bool = False,
    accept_changed: bool = False,
    patience: Patience | None = None,
    client: httpx.Client | None = None,
    progress: Callable[[Source, int, int | None], None] | None = None,
    notice: Callable[[Source, str], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """
    Fetch some of the publishers' files; one that fails does not stop the others.

    Parameters
    ----------
    sources : sequence of Source
        What to fetch.
    folder : pathlib.Path
        Folder of raw files; made when missing. ``fetched.json`` in it records address,
        checksum and time of each file.
    base : str, optional
        Mirror: an address under which the files stand by the names in `Source.file`,
        or, for one source, the address of the file itself.
    again : bool
        Fetch also what is there and intact.
    accept_changed : bool
        Take a file whose checksum is not the one on record, and record the new one.
    patience : Patience, optional
        How long to wait and how often to try.
    client : httpx.Client, optional
        Client to ask with; by default one that heeds the environment's proxies.
    progress : callable, optional
        Called with the source, the bytes that have arrived and those in all, if known.
    notice : callable, optional
        Called with the source and a sentence for each attempt that failed.
    sleep : callable, optional
        Waits between attempts.

    Returns
    -------
    list of Outcome
        One for each source, in order.

    Raises
    ------
    DownloadError
        If `base` is the address of one file and several sources were asked for.
    """
    if base and _is_file(base) and len(sources) != 1:
        raise DownloadError(base, "it is one file, but several were asked for; name one source")
    outcomes = []
    for source in sources:
        record = _read_record(folder)
        outcome = _fetch_one(
            source, folder, record.get(source.name, {}), base, again=again,
            accept_changed=accept_changed, patience=patience, client=client,
            progress=progress, notice=notice, sleep=sleep,
        )  # fmt: skip
        if outcome.state == "fetched":
            _write_record(folder, {**record, source.name: _entry(outcome)})
        outcomes.append(outcome)
    return outcomes


def _fetch_one(
    source: Source,
    folder: Path,
    known: Mapping[str, Any],
    base: str | None,
    *,
    again: bool,
    accept_changed: bool,
    patience: Patience | None,
    client: httpx.Client | None,
    progress: Callable[[Source, int, int | None], None] | None,
    notice: Callable[[Source, str], None] | None,
    sleep: Callable[[float], None],
) -> Outcome:
    path, url = folder / source.file, _address(source, base)
    promised = source.sha256 or (None if accept_changed else known.get("sha256"))
    said = None if notice is None else (lambda text: notice(source, text))
    if path.is_file() and promised and sha256_of(path) == promised:
        fault = fault_of_file(path, geojson="json" in source.content)
        if fault is None and not again:
            return Outcome(source, path, "unchanged", url, promised, path.stat().st_size)
        if fault is not None:  # its checksum holds nobody to it; the publisher's own still does
            promised = source.sha256
            if said is not None:
                said(f"what is kept is {fault.why}, and is fetched anew")
    told = None if progress is None else (lambda done, whole: progress(source, done, whole))
    try:
        fetched = download(
            url, path, sha256=promised, expect=source.content, patience=patience,
            client=client, progress=told, notice=said, sleep=sleep,
        )  # fmt: skip
    except DataError as error:
        return Outcome(source, path, "failed", url, error=_explained(error, source, known))
    return Outcome(
        source, path, "fetched", url, fetched.sha256, fetched.size, resumed=fetched.resumed
    )


def _explained(error: DataError, source: Source, known: Mapping[str, Any]) -> DataError:
    """Explain that the publisher may have changed the file since its checksum was recorded."""
    if isinstance(error, ChecksumError) and source.sha256 is None:
        when = str(known.get("fetched", "before"))[:10]
        return DownloadError(
            str(known.get("url", source.url)),
            f"the file is not the one that was fetched {when} (sha256 {error.found[:16]}... "
            f"then {error.expected[:16]}...); if the publisher has revised it, take it with "
            "--accept-changed",
        )
    return error


def _address(source: Source, base: str | None) -> str:
    if base is None:
        return source.url
    return base if _is_file(base) else f"{base.rstrip('/')}/{source.file}"


def _is_file(address: str) -> bool:
    """Distinguish the address of a file (by its ending, or a query) from that of a folder."""
    parts = urlsplit(address)
    return bool(parts.query) or parts.path.casefold().endswith(_FILE_ENDINGS)


def _entry(outcome: Outcome) -> dict[str, Any]:
    return {
        "file": outcome.source.file,
        "url": outcome.url,
        "sha256": outcome.sha256,
        "bytes": outcome.size,
        "vintage": outcome.source.vintage,
        "licence": outcome.source.licence,
        "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _read_record(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / RECORD_FILE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read ({error}); mend it or move it away") from error
    entries = document.items() if isinstance(document, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict)}


def _write_record(folder: Path, record: Mapping[str, Any]) -> None:
    text = json.dumps(dict(sorted(record.items())), indent=2) + "\n"
    write_whole(folder / RECORD_FILE, text.encode("utf-8"))
