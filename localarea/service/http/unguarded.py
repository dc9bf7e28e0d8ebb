"""Addresses of what watches the service, which the door lets through sooner than others."""

from __future__ import annotations

from typing import Final

# Whatever runs the service asks these by the address of a container, and they tell nothing.
UNDER_ANY_NAME: Final = frozenset({"/health", "/ready"})
UNLIMITED: Final = UNDER_ANY_NAME | {"/metrics"}  # and what pages are dressed with
