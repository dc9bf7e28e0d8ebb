"""What a page may load and who may show it inside theirs: the content security policy."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def policy_with(tile_url: str | None) -> str:
    """Return the policy of a deployment: pictures may come from its server of map tiles as well."""
    if tile_url is None:
        return POLICY
    address = urlsplit(tile_url)
    origin = f"{address.scheme}://{address.netloc}"
    return POLICY.replace("img-src 'self' data:", f"img-src 'self' data: {origin}")
