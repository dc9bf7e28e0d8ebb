"""Status and reason are counted together once, and every table is a view of that count."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from service_cases import service_in

from localarea.checking.rows.counts import Counts
from localarea.classify.codes import MEANINGS
from localarea.cli.app import run
from localarea.tables.finding.own_columns import REASON_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

# Under ttwa-official: CO1 1JB lies inside, IP1 1DH outside. CO1 is wholly inside, EC1A wholly
# outside and CO6 on both sides.
TEXTS = {
    "CO1 1JB": ("local", "in_area"),
    "IP1 1DH": ("not_local", "outside_area"),
    "CO1": ("local", "outward_only"),
    "EC1A": ("not_local", "outward_only"),
    "CO6": ("unknown", "outward_only"),
    "": ("unknown", "blank"),
    "nothing": ("unknown", "malformed"),
    "AB10 1AB": ("not_local", "scotland"),
}
ROWS = [text for text in TEXTS for _ in range(2)] + ["CO1 1JB"] * 3


@pytest.fixture(scope="module")
def rows(ended: dict[str, str]) -> list[str]:
    return [*ROWS, *ended]


@pytest.fixture(scope="module")
def ended() -> dict[str, str]:
    """One postcode in use no longer on each side of the boundary, with its status."""
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import default_store
    from localarea.geo.postcodes import postcode_of
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    table = default_store().read("postcodes", ["key", "status", "msoa11cd"])
    gone = table.filter(pa.compute.equal(table["status"].cast(pa.string()), "terminated"))
    option = option_zones("ttwa-official", read_council())
    inside = pa.compute.is_in(gone["msoa11cd"].cast(pa.string()), pa.array(option.zones))
    placed = pa.compute.is_valid(gone["msoa11cd"])
    outside = pa.compute.and_(placed, pa.compute.invert(inside))
    first = {
        status: postcode_of(gone.filter(mask)["key"][0].as_py())
        for status, mask in (("local", inside), ("not_local", outside))
    }
    assert Classifier(boundary_of_option(option)).check(first["local"]).reason == "terminated"
    return {postcode: status for status, postcode in first.items()}


@pytest.fixture(scope="module")
def wanted(ended: dict[str, str]) -> dict[str, dict[str, int]]:
    """Counted by hand from the tables above."""
    both: dict[str, Counter[str]] = {s: Counter() for s in ("local", "not_local", "unknown")}
    for text in ROWS:
        status, reason = TEXTS[text]
        both[status][reason] += 1
    for status in ended.values():
        both[status]["terminated"] += 1
    return {status: dict(counts) for status, counts in both.items()}


def write(path: Path, rows: list[str]) -> Path:
    if path.suffix == ".csv":
        path.write_text("\n".join(["n,postcode", *(f"{n},{t}" for n, t in enumerate(rows))]))
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({"postcode": rows}), path)
    else:
        book = openpyxl.Workbook()
        for row in [["n", "postcode"], *([n, text] for n, text in enumerate(rows))]:
            book.active.append(row)
        book.save(path)
    return path


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_the_count_of_every_format_is_the_count_by_hand(
    ending: str,
    rows: list[str],
    wanted: dict[str, dict[str, int]],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    source = write(tmp_path / f"in.{ending}", rows)
    assert run(["check-file", str(source), "--json", "--option", "ttwa-official"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert report["by_status_and_reason"] == wanted
    assert report["by_status"] == {s: sum(reasons.values()) for s, reasons in wanted.items()}
    assert report["rows"] == len(rows)
    if ending == "xlsx":
        sheet = openpyxl.load_workbook(report["out"])["Local summary"]
        lines = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}
        for status, reasons in wanted.items():
            label = {"local": "Local", "not_local": "Not local", "unknown": "Unknown"}[status]
            assert lines[label] == sum(reasons.values())
            for reason, count in reasons.items():
                words = "Scotland" if reason == "scotland" else reason.replace("_", " ")
                assert lines[f"{label}: {words}"] == count


def test_the_command_line_puts_each_reason_below_its_answer(
    rows: list[str],
    wanted: dict[str, dict[str, int]],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    source = write(tmp_path / "in.csv", rows)
    assert run(["check-file", str(source), "--option", "ttwa-official"]) == 0
    found: dict[str, dict[str, int]] = {}
    for line in capfd.readouterr().err.splitlines():
        if match := re.fullmatch(r"  (local|not local|unknown): (\d+)", line):
            status = match[1].replace(" ", "_")
            found[status] = {}
            assert int(match[2]) == sum(wanted[status].values())
        elif match := re.fullmatch(r"    ([A-Za-z ]+): (\d+)", line):  # places have capitals
            found[status][match[1].lower().replace(" ", "_")] = int(match[2])
    assert found == wanted


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service_in(tmp_path_factory.mktemp("service")) as made:
        yield made


def checked(client: TestClient, content: bytes) -> dict[str, Any]:
    sent = client.post(
        "/api/v1/files",
        files={"file": ("in.csv", content)},
        data={"option": "ttwa-official"},
    ).json()
    for _ in range(600):
        found: dict[str, Any] = client.get(f"/api/v1/files/{sent['id']}").json()
        if found["status"] in ("done", "failed"):
            return found
        time.sleep(0.1)
    raise AssertionError(found)


@pytest.mark.slow
def test_api_and_page_of_a_checked_file_agree(
    client: TestClient, rows: list[str], wanted: dict[str, dict[str, int]], tmp_path: Path
) -> None:
    job = checked(client, write(tmp_path / "in.csv", rows).read_bytes())
    assert job["by_status_and_reason"] == wanted
    page = client.get(f"/files/{job['id']}").text
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    words = {"local": "Local", "not_local": "Not local", "unknown": "Unknown"}
    table = plain[plain.index("By reason") :]
    for status, reasons in wanted.items():
        assert f"{words[status]} {sum(reasons.values())} " in plain
        for reason, count in reasons.items():
            said = REASON_WORDS[reason]
            assert f" {words[status]} {said} {count} " in table


@given(st.dictionaries(st.integers(0, len(MEANINGS) - 1), st.integers(1, 10**6)))
def test_every_view_adds_up(tally: dict[int, int]) -> None:
    made = Counts.of_codes(tally)
    assert made.rows == sum(tally.values())
    assert sum(made.by_status.values()) == sum(made.by_reason.values()) == made.rows
    for code, count in tally.items():
        meaning = MEANINGS[code]
        assert made.by_status_and_reason[meaning.status][meaning.reason] >= count
