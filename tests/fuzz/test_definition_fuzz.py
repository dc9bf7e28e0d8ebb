"""Whatever happens to a definition's file, it answers as published or not at all."""

from __future__ import annotations

from functools import cache

import pytest
from definition_cases import tiny_file
from hypothesis import given, settings
from hypothesis import strategies as st

from localarea.definitions.geopackage import OpenDefinition, read_terms
from localarea.errors import DefinitionDamagedError


@cache
def whole() -> bytes:
    return tiny_file()


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_flipped_bit_goes_unnoticed(data: st.DataObject) -> None:
    content = bytearray(whole())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DefinitionDamagedError):
        OpenDefinition(bytes(content))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_cut_and_no_addition_goes_unnoticed(data: st.DataObject) -> None:
    content = whole()
    size = data.draw(st.integers(0, len(content) - 1))
    more = data.draw(st.binary(min_size=1, max_size=20))
    for changed in (content[:size], content + more, content[:size] + more + content[size:]):
        with pytest.raises(DefinitionDamagedError):
            OpenDefinition(changed)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_terms_of_a_damaged_file_are_the_right_ones_or_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(whole())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.mktemp("damaged") / "x.gpkg"
    path.write_bytes(content)
    try:
        terms = read_terms(path)
    except DefinitionDamagedError:
        return
    assert terms.terms_sha256 == OpenDefinition(whole()).definition.terms_sha256
