"""
Download one file: stream it beside its target, resume it, verify it and move it into place.

The target is not touched until the last step: if anything fails, the existing file stays. The
bytes that arrived are kept as ``.NAME.part``, with a note of the version they belong to, so that
a later attempt, even by another process, can resume.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from localarea.datasets.download import content
from localarea.datasets.download._partial import PartialFile
from localarea.datasets.download._whole import fault_of_text
from localarea.errors import ChecksumError, DownloadError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    import httpx

    from localarea.datasets.download.content import Content

    Progress = Callable[[int, int | None], None]
    Notice = Callable[[str], None]

# Status codes worth a retry. The ONS portal sends 202 while it is still preparing a file.
TRY_AGAIN: Final = frozenset({202, 408, 425, 429, 500, 502, 503, 504})
USER_AGENT: Final = "localarea (public statistics reader)"


@dataclass(frozen=True, slots=True)
class Patience:
    """Time-outs, number of attempts and largest size of a download."""

    attempts: int = 5
    backoff_s: float = 1.0
    backoff_most_s: float = 60.0
    connect_s: float = 15.0
    read_s: float = 60.0
    total_s: float = 3600.0
    most_bytes: int = 4 << 30


@dataclass(frozen=True, slots=True)
class Fetched:
    """A downloaded file, with its checksum and the server's ETag."""

    path: Path
    url: str
    sha256: str
    size: int
    etag: str | None
    attempts: int
    resumed: bool


class _TryAgainError(Exception):
    """A failure that a later attempt may not meet, with its reason and the wait before it."""

    def __init__(self, why: str, wait_s: float | None = None) -> None:
        self.why, self.wait_s = why, wait_s
        super().__init__(why)


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    expect: Collection[Content] = (),
    patience: Patience | None = None,
    client: httpx.Client | None = None,
    progress: Progress | None = None,
    notice: Notice | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """
    Download `url` to `target`, or leave `target` as it was and raise an error.

    `expect` lists the accepted types of content (if empty: any but a web page); `notice` is
    called with a description of each failed attempt. Raises ChecksumError if the whole file does
    not match `sha256`, and DownloadError for any other failure.
    """
    if not url.startswith(("http://", "https://")):
        raise DownloadError(url, "the address must start with https:// or http://")
    patience = patience or Patience()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _client_of(url, client, patience) as http, PartialFile.beside(target, url) as partial:
            fetch = _Fetch(url, http, partial, patience, frozenset(expect), sha256, progress)
            attempts = _attempts(fetch, sleep, notice)
            found = fetch.verify()
            partial.move_to(target)
    except OSError as error:
        raise DownloadError(url, f"the file cannot be written ({error})") from error
    size = target.stat().st_size
    return Fetched(target, url, found, size, fetch.etag, attempts, fetch.resumed)


@contextlib.contextmanager
def _client_of(url: str, client: httpx.Client | None, patience: Patience) -> Iterator[httpx.Client]:
    """Use the caller's client, or create one that uses the environment's proxies."""
    import httpx

    if client is not None:
        yield client
        return
    timeout = httpx.Timeout(patience.read_s, connect=patience.connect_s)
    try:
        own = httpx.Client(follow_redirects=True, timeout=timeout, max_redirects=8)
    except (ValueError, ImportError) as error:
        why = f"the proxy set in the environment cannot be used ({error})"
        raise DownloadError(url, why) from error
    with own:
        yield own


def _attempts(fetch: _Fetch, sleep: Callable[[float], None], notice: Notice | None) -> int:
    """Retry until everything has arrived; return the number of attempts."""
    import httpx

    patience = fetch.patience
    end = time.monotonic() + patience.total_s
    for attempt in range(1, patience.attempts + 1):
        try:
            fetch.attempt(end)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.TooManyRedirects) as error:
            raise DownloadError(fetch.url, _describe(error)) from error
        except (httpx.HTTPError, _TryAgainError) as error:
            wait = _wait_s(error, attempt, patience)
            if attempt == patience.attempts or time.monotonic() + wait > end:
                raise DownloadError(fetch.url, _final_message(error, attempt, fetch)) from error
            if notice is not None:
                notice(f"{_describe(error)}; attempt {attempt + 1} will start in {wait:.0f} s")
            sleep(wait)
        else:
            return attempt
    raise DownloadError(fetch.url, "the number of attempts must be at least 1")


def _wait_s(error: Exception, attempt: int, patience: Patience) -> float:
    """Return the wait: doubled after each failure, or what the server asks, up to a limit."""
    asked = error.wait_s if isinstance(error, _TryAgainError) else None
    wait = patience.backoff_s * 2 ** (attempt - 1) if asked is None else asked
    return min(wait, patience.backoff_most_s)


def _final_message(error: Exception, attempts: int, fetch: _Fetch) -> str:
    times = "once" if attempts == 1 else f"{attempts} times"
    arrived = fetch.partial.resumable_size(pinned=fetch.sha256 is not None)
    rest = f" to resume from the {arrived:,} bytes that arrived" if arrived else " later"
    return f"{_describe(error)}; tried {times}. Run the same command again{rest}, or use a mirror"


def _describe(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return "the server could not be reached in time"
    if isinstance(error, httpx.TimeoutException):
        return "the server sent nothing for too long"
    if isinstance(error, httpx.ConnectError):
        return f"the server cannot be reached ({error})"
    if isinstance(error, httpx.RemoteProtocolError):
        return f"the connection was cut ({error})"
    return str(error) or type(error).__name__


@dataclass(slots=True)
class _Fetch:
    """The state of a download across its attempts."""

    url: str
    client: httpx.Client
    partial: PartialFile
    patience: Patience
    expect: frozenset[Content]
    sha256: str | None
    progress: Progress | None
    etag: str | None = None
    resumed: bool = False

    def attempt(self, end: float) -> None:
        """Send one request, for the rest if part has arrived, and store the response."""
        start = self.partial.resumable_size(pinned=self.sha256 is not None)
        headers = {"Accept-Encoding": "identity", "User-Agent": USER_AGENT}
        if start:
            headers["Range"] = f"bytes={start}-"
            if self.partial.validator:
                headers["If-Range"] = self.partial.validator
        with self.client.stream("GET", self.url, headers=headers) as response:
            self._require_secure(response)
            whole = self._start_part(response, start)
            if not whole or self.partial.size != whole:
                self._stream_to_disk(response, whole, end)
        self._require_content(enough=0)
        self._require_whole()

    def _require_secure(self, response: httpx.Response) -> None:
        """Raise an error if an https URL redirects to http, where anyone could alter the file."""
        if self.url.startswith("https://") and response.url.scheme != "https":
            raise DownloadError(
                self.url, f"it redirects to an address without https: {response.url}"
            )

    def _start_part(self, response: httpx.Response, start: int) -> int | None:
        """Prepare the part for the response; return the size of the whole file if known."""
        status = response.status_code
        if status == HTTPStatus.PARTIAL_CONTENT and start:
            first, whole = _content_range(response.headers.get("Content-Range", ""))
            if first == start and not self._is_other_version(response):
                self.resumed = True
                self._require_small(whole)
                return whole
            self.partial.clear()
            raise _TryAgainError(
                "the server sent a different part of the file from the one requested", 0.0
            )
        if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and start:
            return self._already_complete(response, start)
        if status != HTTPStatus.OK:
            self._raise_for_status(response)
        self.partial.restart(response.headers)
        self.resumed = False
        self.etag = response.headers.get("ETag")
        whole = _whole_number(response.headers.get("Content-Length"))
        self._require_small(whole)
        return whole

    def _is_other_version(self, response: httpx.Response) -> bool:
        """Check whether the response is of another version than the stored part."""
        self.etag = response.headers.get("ETag")
        known = self.partial.etag
        return bool(known and self.etag and known != self.etag)

    def _already_complete(self, response: httpx.Response, start: int) -> int:
        _, whole = _content_range(response.headers.get("Content-Range", ""))
        if whole == start:
            self.resumed = True
            return start
        self.partial.clear()
        raise _TryAgainError("the file on the server has become smaller", 0.0)

    def _raise_for_status(self, response: httpx.Response) -> None:
        status, reason = response.status_code, response.reason_phrase
        if status in TRY_AGAIN:
            wait = _whole_number(response.headers.get("Retry-After"))
            preparing = status == HTTPStatus.ACCEPTED
            why = "the server is still preparing the file" if preparing else "the server failed"
            raise _TryAgainError(f"{why} ({status} {reason})", wait)
        hint = (
            "; the publisher may have moved it, so check their website"
            if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
            else ""
        )
        raise DownloadError(self.url, f"the server answered {status} {reason}{hint}")

    def _require_small(self, whole: int | None) -> None:
        most = self.patience.most_bytes
        if whole is not None and whole > most:
            self.partial.clear()
            raise DownloadError(self.url, f"it is {whole:,} bytes, more than the {most:,} allowed")

    def _stream_to_disk(self, response: httpx.Response, whole: int | None, end: float) -> None:
        with self.partial.appending() as stream:
            for chunk in response.iter_raw():
                stream.write(chunk)
                stream.flush()  # the check of the first bytes reads the file
                self._require_small(self.partial.grown(len(chunk)))
                self._require_content(enough=content.HEAD_BYTES)
                if self.progress is not None:
                    self.progress(self.partial.size, whole)
                if time.monotonic() > end:
                    raise _TryAgainError("it took longer than the time limit")
        if whole is not None and self.partial.size < whole:
            raise _TryAgainError(f"{self.partial.size:,} of {whole:,} bytes arrived")

    def _require_content(self, *, enough: int) -> None:
        """Raise an error for the wrong type of content, as soon as the first bytes are there."""
        if self.partial.judged or self.partial.size < enough:
            return
        head = self.partial.head()
        kind = content.content_of(head)
        wanted = kind in self.expect if self.expect else kind not in ("html", "empty")
        if not wanted:
            self._refuse_content(kind, head)
        self.partial.judged = True

    def _refuse_content(self, kind: Content, head: bytes) -> None:
        self.partial.clear()
        fault = fault_of_text(head) if kind == "json" else None
        if fault is not None and fault.kind == "pending":
            raise _TryAgainError(f"the server sent {fault.why}")
        need = " or ".join(content.IN_WORDS[k] for k in sorted(self.expect)) or "a file"
        raise DownloadError(
            self.url,
            f"the server sent {content.in_words(kind, head)} instead of {need}; the "
            "publisher may have moved the file, or its service may be down",
        )

    def _require_whole(self) -> None:
        """Raise an error if all the bytes arrived but are not the whole file; retry a queue."""
        fault = self.partial.fault(geojson="json" in self.expect)
        if fault is None:
            return
        self.partial.clear()
        if fault.kind == "pending":
            raise _TryAgainError(f"the server sent {fault.why}")
        raise DownloadError(self.url, f"the server sent {fault.why}; {fault.hint}")

    def verify(self) -> str:
        """Return the sha256 of the file; discard it if another was expected."""
        found = self.partial.sha256()
        if self.sha256 is not None and found != self.sha256:
            self.partial.clear()
            raise ChecksumError(self.url, expected=self.sha256, found=found)
        return found


def _content_range(text: str) -> tuple[int | None, int | None]:
    """Parse ``bytes 100-199/200`` or ``bytes */200`` into the first byte and the size."""
    place, _, whole = text.removeprefix("bytes").strip().partition("/")
    return _whole_number(place.partition("-")[0]), _whole_number(whole)


def _whole_number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
