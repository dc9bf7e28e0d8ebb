"""
Keep secrets out of logs, whoever writes them and at whatever level.

Every record is cleaned when it is made, before any handler has it: the secrets of the
settings wherever they stand, and whatever has the form of a key, a cookie, a code or a
token of the sign-in.
"""

from __future__ import annotations

import logging
import re
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from localarea.settings import Settings

HIDDEN: Final = "[hidden]"
_NAMES: Final = (
    "code|state|nonce|code_verifier|client_secret|access_token|refresh_token|id_token|"
    "id_token_hint|csrf_token|secret_key|session_state"
)
_FORMS: Final[Sequence[tuple[re.Pattern[str], str]]] = (
    (re.compile(r"\bla_[0-9a-z]{6,16}_[\w-]{16,}"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)(\s+|%20)[\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"\beyJ[\w-]{8,}(\.[\w-]*){1,4}"), HIDDEN),  # signed tokens begin so
    (re.compile(rf"(?i)([?&\s\"']|^)({_NAMES})=[^&\s\"',;]+"), rf"\1\2={HIDDEN}"),
    (re.compile(rf"(?i)([\"'](?:{_NAMES})[\"']\s*[:,]\s*b?)[\"'][^\"']*[\"']"), rf"\1'{HIDDEN}'"),
    (
        re.compile(r"((?:__Host-)?localarea-(?:session|sign-in|csrf))=[^;\s\"',]+"),
        rf"\1={HIDDEN}",
    ),
)


class Cleaner:
    """Takes secrets out of text."""

    def __init__(self, secrets: Sequence[str]) -> None:
        # The longest first: one secret may begin with another.
        self._secrets = sorted((s for s in set(secrets) if len(s) >= 6), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text without them."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for form, instead in _FORMS:
            text = form.sub(instead, text)
        return text


@contextmanager
def keep_secrets(settings: Settings) -> Iterator[None]:
    """Clean every log record of this process while the service runs."""
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(_cleaning(before, Cleaner(secrets_of(settings))))
    try:
        yield
    finally:
        logging.setLogRecordFactory(before)


def secrets_of(settings: Settings) -> list[str]:
    """Return the secrets that the settings hold."""
    from localarea.service.auth.secret_key import read_secret

    found = [
        read_secret(settings.oidc_client_secret, settings.oidc_client_secret_file),
        read_secret(settings.secret_key, settings.secret_key_file),
    ]
    address = settings.database_url or "sqlite://"
    try:
        found.append(make_url(address).password)
    except (ArgumentError, ValueError):  # reported elsewhere; any part may be of the password
        found.append(address)
    return [secret for secret in found if secret]


def _cleaning(
    before: Callable[..., logging.LogRecord], clean: Cleaner
) -> Callable[..., logging.LogRecord]:
    def make(*args: Any, **more: Any) -> logging.LogRecord:
        record = before(*args, **more)
        _clean_message(record, clean)
        if record.exc_info and record.exc_info[0] is not None:
            trace = "".join(traceback.format_exception(*record.exc_info))
            cleaned = clean(trace)
            if cleaned != trace:  # formatters take the text where the error itself is gone
                record.exc_info, record.exc_text = None, cleaned.rstrip("\n")
        elif record.exc_text:
            record.exc_text = clean(record.exc_text)
        return record

    return make


def _clean_message(record: logging.LogRecord, clean: Cleaner) -> None:
    try:
        message = record.getMessage()
    except Exception:  # a faulty record is reported by logging itself
        return
    cleaned = clean(message)
    if cleaned == message:
        return
    # The access log's formatter wants its arguments one by one, so these stay apart.
    if isinstance(record.args, tuple):
        record.args = tuple(clean(a) if isinstance(a, str) else a for a in record.args)
        if isinstance(record.msg, str):
            record.msg = clean(record.msg)
        if record.getMessage() == clean(record.getMessage()):
            return
    record.msg, record.args = cleaned, None
