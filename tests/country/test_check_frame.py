"""`check_frame`: the same verdicts for every kind of frame, and the same rows back."""

from __future__ import annotations

import pickle

import pandas as pd
import pyarrow as pa
import pytest

from localarea.checking.frames import ADDED, check_frame
from localarea.classify.boundary import Boundary
from localarea.classify.classifier import Classifier
from localarea.errors import ColumnNotFoundError, InputError

TEXTS = ["co1 1jb", "IP11AA", "XX99 9XX", None, "", "nonsense", "BT1 1AA", "CO1", " Co4-3sq "]


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"firm": [f"Firm {k}" for k in range(len(TEXTS))], "Post Code": TEXTS},
        index=pd.Index(range(100, 100 + len(TEXTS)), name="row"),
    )


def _one_by_one(classifier: Classifier) -> list[tuple[str, bool, str]]:
    verdicts = [classifier.check(text or "") for text in TEXTS]
    return [(v.status, v.borderline, v.reason) for v in verdicts]


def test_pandas_rows_stay_and_get_the_verdicts_of_single_checks(
    classifier: Classifier, frame: pd.DataFrame
) -> None:
    before = frame.copy()
    checked = check_frame(frame, classifier)
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(checked[["firm", "Post Code"]], before)
    assert list(checked.columns[2:]) == list(ADDED)
    said = list(
        checked[["local_status", "local_borderline", "local_reason"]].itertuples(
            index=False, name=None
        )
    )
    assert said == _one_by_one(classifier)
    assert set(checked["local_definition"]) == {"option:ttwa-official"}


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int32(), pa.string()),
    ],
    ids=str,
)
def test_arrow_tables_of_any_kind_of_text(
    classifier: Classifier, frame: pd.DataFrame, kind: pa.DataType
) -> None:
    column = pa.chunked_array([pa.array(TEXTS[:4]).cast(kind), pa.array(TEXTS[4:]).cast(kind)])
    table = pa.table({"firm": frame["firm"].to_list(), "postcode": column})
    checked = check_frame(table, classifier)
    assert checked.select(["firm", "postcode"]).equals(table)
    rows = zip(*(checked[name].to_pylist() for name in ADDED[:3]), strict=True)
    assert list(rows) == _one_by_one(classifier)


def test_dask_gives_what_pandas_gives(classifier: Classifier, frame: pd.DataFrame) -> None:
    dd = pytest.importorskip("dask.dataframe")
    parts = dd.from_pandas(frame, npartitions=3)
    lazy = check_frame(parts, classifier)
    assert lazy.npartitions == parts.npartitions
    promised = lazy.dtypes[list(ADDED)].astype(str)
    assert promised.to_list() == ["category", "bool", "category", "category"]
    found = lazy.compute(scheduler="synchronous")
    expected = check_frame(frame, classifier)
    pd.testing.assert_frame_equal(
        found[list(ADDED)], expected[list(ADDED)], check_dtype=False, check_categorical=False
    )


def test_a_classifier_travels_as_its_boundary_and_is_made_once(classifier: Classifier) -> None:
    assert classifier.verdicts is not None  # tens of megabytes that must stay here
    sent = pickle.dumps(classifier)
    assert len(sent) < 10_000
    one, other = pickle.loads(sent), pickle.loads(sent)  # noqa: S301
    assert one is other
    assert one.boundary == classifier.boundary
    assert one.check("co1 1jb") == classifier.check("co1 1jb")


def test_no_rows_are_no_error(classifier: Classifier, frame: pd.DataFrame) -> None:
    assert check_frame(frame.head(0), classifier).shape == (0, 6)
    table = pa.table({"postcode": pa.array([], pa.string())})
    assert check_frame(table, classifier).num_rows == 0
    nothing = pa.table({"postcode": pa.nulls(3)})
    assert check_frame(nothing, classifier)["local_reason"].to_pylist() == ["blank"] * 3


def test_columns_of_several_levels_get_whole_names(classifier: Classifier) -> None:
    levels = pd.MultiIndex.from_tuples([("firm", "name"), ("firm", "postcode")])
    frame = pd.DataFrame([["Firm 1", "CO1 1JB"]], columns=levels)
    checked = check_frame(frame, classifier)
    assert list(checked.columns) == [*levels, *((name, "") for name in ADDED)]
    assert checked["local_status"].tolist() == ["local"]
    assert list(frame.columns) == list(levels)


def test_what_cannot_be_checked_is_said(classifier: Classifier, frame: pd.DataFrame) -> None:
    with pytest.raises(ColumnNotFoundError, match="Post Code"):
        check_frame(frame, classifier, column="pcode of the firm")
    with pytest.raises(InputError, match="checked before"):
        check_frame(check_frame(frame, classifier), classifier)
    with pytest.raises(InputError, match="postcodes must be text"):
        check_frame(pa.table({"postcode": [1, 2]}), classifier)
    with pytest.raises(InputError, match="not text"):
        check_frame(pd.DataFrame({"postcode": [{"a": 1}]}), classifier)
    with pytest.raises(InputError, match="a list cannot be checked"):
        check_frame(TEXTS, classifier)
    twice = pd.DataFrame([["CO1 1JB", "x"]], columns=["postcode", "postcode"])
    with pytest.raises(InputError, match="several columns"):
        check_frame(twice, classifier)


def test_the_boundary_of_the_classifier_decides() -> None:
    nowhere = Boundary("option:none", frozenset(), "msoa11", "no area", "A test.")
    checked = check_frame(pd.DataFrame({"pcd": ["CO1 1JB"]}), Classifier(nowhere))
    assert checked["local_status"].to_list() == ["not_local"]


def test_a_postcode_is_of_the_address_before_it(classifier: Classifier) -> None:
    names = ["Registered address", "Postcode", "Trading address", "Postcode.1"]
    frame = pd.DataFrame([["1 High St", "EH1 1YZ", "2 High St", "CO1 1JB"]], columns=names)
    assert list(check_frame(frame, classifier)["local_status"]) == ["local"]
