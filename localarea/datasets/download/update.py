"""Download the publishers' files into a folder, and check each against its first checksum."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from localarea.atomic import write_whole
from localarea.datasets.download._download import Patience, download
from localarea.datasets.download._whole import fault_of_file
from localarea.errors import ChecksumError, DataError, DownloadError
from localarea.hashing import file_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import httpx

    from localarea.datasets.download.sources import PublishedFile

RECORD_FILE: Final = "fetched.json"
# A mirror's address with one of these endings is a file; any other is a folder of files.
_FILE_ENDINGS: Final = (".zip", ".csv", ".gz", ".geojson", ".json", ".gpkg", ".txt")

State = Literal["fetched", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    The result of fetching a source.

    Attributes
    ----------
    state : {"fetched", "unchanged", "failed"}
        ``unchanged`` if the file already existed with the recorded checksum.
    sha256 : str or None
        Checksum of the file; None if there is no file.
    size : int
        Bytes; 0 if there is no file.
    error : DataError or None
        Reason for a failure, after which any existing file is unchanged.
    """

    source: PublishedFile
    path: Path
    state: State
    url: str
    sha256: str | None = None
    size: int = 0
    resumed: bool = False
    error: DataError | None = None


def fetch_sources(
    sources: Sequence[PublishedFile],
    folder: Path,
    *,
    base: str | None = None,
    again: bool = False,
    accept_changed: bool = False,
    patience: Patience | None = None,
    client: httpx.Client | None = None,
    progress: Callable[[PublishedFile, int, int | None], None] | None = None,
    notice: Callable[[PublishedFile, str], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """
    Download publishers' files; one failure does not stop the others.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of raw files; created if missing. Its ``fetched.json`` records the URL, checksum
        and time of each file.
    base : str, optional
        URL of a mirror that has the files under the paths in `PublishedFile.file`, or, for a single
        source, of the file itself.
    again : bool
        Download even the files that exist and are intact.
    accept_changed : bool
        Accept a file whose checksum differs from the recorded one, and record the new one.
    client : httpx.Client, optional
        HTTP client; by default, one that uses the environment's proxies.
    progress : callable, optional
        Called with the source, the bytes that have arrived, and the total if known.
    notice : callable, optional
        Called with the source and a description of each failed attempt.

    Raises
    ------
    DownloadError
        If `base` is the URL of one file but there are several sources.
    """
    if base and _is_file(base) and len(sources) != 1:
        raise DownloadError(
            base, "it is one file, but several sources were requested; name one source"
        )
    outcomes = []
    for source in sources:
        record = _read_record(folder)
        outcome = _fetch_one(
            source, folder, record.get(source.name, {}), base, again=again,
            accept_changed=accept_changed, patience=patience, client=client,
            progress=progress, notice=notice, sleep=sleep,
        )  # fmt: skip
        if outcome.state == "fetched":
            _write_record(folder, {**record, source.name: _record_entry(outcome)})
        outcomes.append(outcome)
    return outcomes


def _fetch_one(
    source: PublishedFile,
    folder: Path,
    known: Mapping[str, Any],
    base: str | None,
    *,
    again: bool,
    accept_changed: bool,
    patience: Patience | None,
    client: httpx.Client | None,
    progress: Callable[[PublishedFile, int, int | None], None] | None,
    notice: Callable[[PublishedFile, str], None] | None,
    sleep: Callable[[float], None],
) -> Outcome:
    path, url = folder / source.file, _address(source, base)
    expected = source.sha256 or (None if accept_changed else known.get("sha256"))
    notify = None if notice is None else (lambda text: notice(source, text))
    if path.is_file() and expected and file_sha256(path) == expected:
        fault = fault_of_file(path, geojson="json" in source.content)
        if fault is None and not again:
            return Outcome(source, path, "unchanged", url, expected, path.stat().st_size)
        if fault is not None:  # drop the recorded checksum, but keep the publisher's own
            expected = source.sha256
            if notify is not None:
                notify(f"the stored file is {fault.why}, so it will be downloaded again")
    report_progress = (
        None if progress is None else (lambda done, whole: progress(source, done, whole))
    )
    try:
        fetched = download(
            url, path, sha256=expected, expect=source.content, patience=patience,
            client=client, progress=report_progress, notice=notify, sleep=sleep,
        )  # fmt: skip
    except DataError as error:
        return Outcome(source, path, "failed", url, error=_explain_checksum(error, source, known))
    return Outcome(
        source, path, "fetched", url, fetched.sha256, fetched.size, resumed=fetched.resumed
    )


def _explain_checksum(
    error: DataError, source: PublishedFile, known: Mapping[str, Any]
) -> DataError:
    """Explain that the publisher may have revised a file since its checksum was recorded."""
    if isinstance(error, ChecksumError) and source.sha256 is None:
        when = str(known.get("fetched", "before"))[:10]
        return DownloadError(
            str(known.get("url", source.url)),
            f"the file differs from the one downloaded {when} (sha256 {error.found[:16]}..., "
            f"then {error.expected[:16]}...); if the publisher has revised it, accept it with "
            "--accept-changed",
        )
    return error


def _address(source: PublishedFile, base: str | None) -> str:
    if base is None:
        return source.url
    return base if _is_file(base) else f"{base.rstrip('/')}/{source.file}"


def _is_file(address: str) -> bool:
    """Check whether a URL is of a file, by its ending or its query, and not of a folder."""
    parts = urlsplit(address)
    return bool(parts.query) or parts.path.casefold().endswith(_FILE_ENDINGS)


def _record_entry(outcome: Outcome) -> dict[str, Any]:
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
        raise DataError(f"{path} cannot be read ({error}); repair or move it") from error
    entries = document.items() if isinstance(document, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict)}


def _write_record(folder: Path, record: Mapping[str, Any]) -> None:
    text = json.dumps(dict(sorted(record.items())), indent=2) + "\n"
    write_whole(folder / RECORD_FILE, text.encode("utf-8"))
