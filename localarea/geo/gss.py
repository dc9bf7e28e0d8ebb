"""GSS codes, by which the Office for National Statistics names areas."""

from __future__ import annotations

import re

_FORM = re.compile(r"[EWSNLMK]\d{8}")


def is_gss_code(text: str) -> bool:
    """
    Check whether a text has the form of a GSS code; True for a country letter and eight digits.

    Examples
    --------
    >>> is_gss_code("E07000071"), is_gss_code("Colchester")
    (True, False)
    """
    return _FORM.fullmatch(text) is not None
