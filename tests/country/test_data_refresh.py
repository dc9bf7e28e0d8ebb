"""A newer postcode directory is read, compared and put into use in one step."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pyproj
import pytest
from directory_cases import country, rows_of, write_directory
from killed import mortal

from localarea.classify.boundary import boundary_of_option
from localarea.classify.classifier import Classifier
from localarea.cli.app import run
from localarea.datasets.postcodes import read_postcode_rows
from localarea.datasets.storage import renewed
from localarea.datasets.store import DataStore
from localarea.errors import ConflictError, DataError, FileFormatError, InputError, SchemaError
from localarea.geo.postcodes import parse_postcode
from localarea.options.council import read_council
from localarea.options.membership import option_zones
from localarea.options.minutes.compute import compute_minutes, tenths_to_points
from localarea.renewal import minutes
from localarea.renewal.directory import edition_of
from localarea.renewal.refresh import refresh_postcodes
from localarea.renewal.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from localarea.records import Verdict

NEW, ENDED, MOVED = "CO1 8ZZ", "CO1 1JB", "CO1 1AA"
AT = "2026-03-01T09:00:00+00:00"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> DataStore:
    return country(tmp_path_factory.mktemp("country") / "data")


@pytest.fixture(scope="module")
def rows(small: DataStore) -> list[dict[str, Any]]:
    return rows_of(small)


def _later(rows: list[dict[str, Any]]) -> None:
    """One postcode is new, one has ended, one has moved by 100 metres."""
    by_name = {row["postcode"]: row for row in rows}
    by_name[ENDED]["doterm"] = 202601
    by_name[MOVED]["east1m"] += 100
    rows.append({**by_name[ENDED], "pcd7": "CO1 8ZZ", "postcode": NEW, "doterm": ""})


@pytest.fixture(scope="module")
def newer(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_directory(tmp_path_factory.mktemp("ons"), rows, edit=_later)


def _over(small: DataStore, folder: Path) -> DataStore:
    return DataStore(small.root, small.cache_dir, renewed=folder)


def _check(store: DataStore, postcode: str) -> Verdict:
    option = option_zones("ttwa-official", read_council(store=store), store=store)
    return Classifier(boundary_of_option(option), store=store).check(postcode)


def _status(store: DataStore, postcode: str) -> tuple[str, str]:
    verdict = _check(store, postcode)
    return verdict.status, verdict.reason


def test_a_postcode_that_was_not_there_is_found_after_a_refresh(
    small: DataStore, newer: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    before = _over(small, folder)
    packaged = {p.name: p.stat().st_mtime_ns for p in small.root.glob("*.*")}
    assert _status(before, NEW)[0] == "unknown"
    done = refresh_postcodes(Request(newer, before, folder, now=AT))
    assert (done.edition, done.changes.before, done.changes.after) == (1, "2025-11", "2026-02")
    assert done.changes.counts == {
        "new": 1, "ended": 1, "live_again": 0, "moved": 1, "zone_changed": 0,
        "district_changed": 0, "gone": 0,
    }  # fmt: skip
    assert done.changes.by_district == {
        "E07000071": {**done.changes.counts},
    }
    assert done.changes.examples["new"] == (NEW,)
    after = _over(small, folder)
    assert after.directory_date == "2026-02"
    assert _status(after, NEW) == ("local", "in_area")
    assert _status(after, ENDED)[1] == "terminated"
    assert _status(before, NEW)[0] == "unknown"  # what is open goes on with what it began with
    assert {p.name: p.stat().st_mtime_ns for p in small.root.glob("*.*")} == packaged
    assert renewed.restore(folder) is None
    assert _status(_over(small, folder), NEW)[0] == "unknown"
    with pytest.raises(ConflictError, match="nothing to restore"):
        renewed.restore(folder)


def test_the_same_edition_changes_nothing(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    path = write_directory(tmp_path, rows, month="NOV_2025")
    done = refresh_postcodes(Request(path, small, tmp_path / "tables", now=AT))
    assert not any(done.changes.counts.values())
    assert not done.notes
    old, new = small.read("postcodes"), _over(small, tmp_path / "tables").read("postcodes")
    for name in ("key", "easting", "northing", "lad25cd", "msoa11cd", "msoa21cd", "status"):
        assert old[name].to_pylist() == new[name].to_pylist(), name
    assert old.schema == new.schema


def test_an_older_form_without_zones_of_2021_keeps_those_that_are_known(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    path = write_directory(tmp_path, rows, month="MAY_2025", headers="2019", edit=None)
    done = refresh_postcodes(Request(path, small, tmp_path / "tables", now=AT, accept_loss=True))
    assert not any(done.changes.counts.values())


def test_a_new_postcode_without_a_zone_is_placed_by_its_grid_reference(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    there = next(row for row in rows if row["postcode"] == ENDED)

    def edit(copy: list[dict[str, Any]]) -> None:
        copy.append({**there, "pcd7": "CO1 8ZZ", "msoa11cd": "", "msoa21cd": ""})

    path = write_directory(tmp_path, rows, edit=edit)
    done = refresh_postcodes(Request(path, small, tmp_path / "tables", now=AT))
    assert done.notes == (
        "1 postcode has no msoa11 zone in the file, so each was given the zone in which its grid "
        "reference lies",
        "1 postcode has no msoa21 zone in the file, so each was given the zone in which its grid "
        "reference lies",
    )
    verdict = _check(_over(small, tmp_path / "tables"), NEW)
    assert verdict.zone == there["msoa11cd"]


@pytest.mark.parametrize(
    ("mixed", "words"),
    [
        ("exchanged", r"[\d,]+ would be more than 1 km from where they were, more than 5%"),
        ("no place", r"[\d,]+ would lose their grid reference, more than 5%"),
        ("zones of other rows", r"[\d,]+ would be in another zone or in none"),
        ("no district", r"[\d,]+ would be in another district or in none"),
    ],
)
def test_a_directory_whose_columns_are_mixed_up_is_refused(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path, mixed: str, words: str
) -> None:
    def edit(copy: list[dict[str, Any]]) -> None:
        zones = [row["msoa21cd"] for row in copy]
        for place, row in enumerate(copy):
            if mixed == "exchanged":
                row["east1m"], row["north1m"] = row["north1m"], row["east1m"]
            elif mixed == "no place":
                row["east1m"] = row["north1m"] = ""
            elif mixed == "no district":
                row["lad25cd"] = ""
            elif row["msoa21cd"]:  # as when one column alone was sorted
                row["msoa21cd"] = zones[place - 1500] or row["msoa21cd"]

    path = write_directory(tmp_path, rows, edit=edit)
    with pytest.raises(InputError, match=rf"that stay live.*{words}.*mixed up.*accept the loss"):
        refresh_postcodes(Request(path, small, tmp_path / "tables", now=AT))
    assert not renewed.read_all(tmp_path / "tables")


def test_a_zone_that_no_table_has_is_not_taken_up(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    def edit(copy: list[dict[str, Any]]) -> None:
        for row in copy:
            if row["postcode"] == ENDED:
                row["msoa21cd"] = "E02099999"

    path = write_directory(tmp_path, rows, edit=edit)
    done = refresh_postcodes(Request(path, small, tmp_path / "tables", now=AT, dry_run=True))
    assert not any(done.changes.counts.values())
    assert done.notes == (
        "1 postcode has an msoa21 zone that is not known here (E02099999), so each was given the "
        "zone that it had, or in which its grid reference lies",
    )


def test_a_month_to_come_is_refused(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    path = write_directory(tmp_path, rows, month="FEB_2062")
    with pytest.raises(InputError, match="would be of 2062-02, and today is in 2026-03"):
        refresh_postcodes(Request(path, small, tmp_path / "tables", now=AT, accept_loss=True))


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        (
            "ONSUD_FEB_2026.csv",
            "\ufeffUPRN,GRIDGB1E,PCDS\n1,2,CO1 1JB\n",
            "directory of properties",
        ),
        (
            "co.csv",
            '"CO1 1JB",10,599000,225000,"E92000001","",""\n',
            "Code-Point",
        ),
        ("postcodes.parquet", "PAR1 and so on", "a Parquet file"),
    ],
)
def test_other_files_of_postcodes_are_told_by_what_they_are(
    small: DataStore, tmp_path: Path, name: str, content: str, what: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(FileFormatError, match=rf"it is .*{what}.*use the ONSPD or the NSPL"):
        refresh_postcodes(Request(tmp_path / name, small, tmp_path / "tables", now=AT))


def test_a_code_of_a_district_to_come_is_that_of_its_zone(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    def edit(copy: list[dict[str, Any]]) -> None:
        for row in copy:
            if row["lad25cd"] == "E07000071":
                row["lad25cd"] = "E06000099"

    done = refresh_postcodes(
        Request(write_directory(tmp_path, rows, edit=edit), small, tmp_path / "tables", now=AT)
    )
    assert done.changes.counts["district_changed"] == 0
    assert "E06000099" in done.notes[0]


def test_nothing_is_changed_by_a_dry_run(small: DataStore, newer: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    done = refresh_postcodes(Request(newer, small, folder, now=AT, dry_run=True))
    assert done.edition is None
    assert done.changes.counts["new"] == 1
    assert not renewed.read_all(folder)
    assert [p.name for p in folder.iterdir()] == ["renewal.lock"]


def test_a_loss_is_refused_unless_it_is_accepted(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    def halve(copy: list[dict[str, Any]]) -> None:
        del copy[::2]

    folder = tmp_path / "tables"
    path = write_directory(tmp_path, rows, edit=halve)
    with pytest.raises(InputError, match=r"would be lost, more than 1%.*accept the loss"):
        refresh_postcodes(Request(path, small, folder, now=AT))
    assert not renewed.read_all(folder)
    older = write_directory(tmp_path, rows, month="MAY_2025")
    with pytest.raises(InputError, match="directory is of 2025-05, and the one in use is newer"):
        refresh_postcodes(Request(older, small, folder, now=AT))
    assert refresh_postcodes(Request(path, small, folder, now=AT, accept_loss=True)).edition == 1


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("truncated", FileFormatError),
        ("columns", SchemaError),
        ("month", SchemaError),
        ("future", SchemaError),
    ],
)
def test_what_is_no_directory_is_refused_and_the_old_one_stays(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path, name: str, fault: type[Exception]
) -> None:
    def edit(copy: list[dict[str, Any]]) -> None:
        if name in ("month", "future"):
            copy[5]["doterm"] = 202613 if name == "month" else 202607

    path = write_directory(tmp_path, rows, edit=edit)
    if name == "truncated":
        path.write_bytes(path.read_bytes()[:-2_000])
    if name == "columns":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("Data/ONSPD_FEB_2026_UK.csv", "a,b\n1,2\n")
    with pytest.raises(fault):
        refresh_postcodes(Request(path, small, tmp_path / "tables", now=AT))
    assert not renewed.read_all(tmp_path / "tables")


def test_months_are_read_from_names_and_never_guessed(tmp_path: Path) -> None:
    for name, month in (
        ("ONSPD_FEB_2026.zip", "2026-02"),
        ("NSPL21_AUG_2025_UK.csv", "2025-08"),
        ("ONSPD_NOV_2019_UK.csv", "2019-11"),
        ("onspd_may_2027.csv.gz", "2027-05"),
    ):
        assert edition_of(tmp_path / name, None) == month
    with pytest.raises(InputError, match="state the month"):
        edition_of(tmp_path / "postcodes.csv", None)
    with pytest.raises(InputError, match="'2026-13' is not valid"):
        edition_of(tmp_path / "postcodes.csv", "2026-13")


def test_two_refreshes_at_once_are_one_too_many(tmp_path: Path) -> None:
    with (
        renewed.building(tmp_path),
        pytest.raises(ConflictError, match="another refresh"),
        renewed.building(tmp_path),
    ):
        pass


def test_steps_go_back_one_by_one_and_old_editions_are_cleared(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    folder = tmp_path / "tables"
    for month in ("FEB_2026", "MAY_2026", "AUG_2026"):
        path = write_directory(tmp_path, rows, month=month)
        refresh_postcodes(
            Request(path, _over(small, folder), folder, now="2026-09-01T09:00:00+00:00")
        )
    assert sorted(p.name for p in folder.iterdir() if p.is_dir()) == ["0002", "0003"]
    back = renewed.restore(folder)
    assert back is not None
    assert back.directory_date == _over(small, folder).directory_date == "2026-05"
    with pytest.raises(ConflictError, match="edition 1 is no longer here"):
        renewed.restore(folder)
    assert _over(small, folder).directory_date == "2026-05"


def test_an_older_directory_that_was_accepted_is_in_use_until_the_package_has_another(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    folder, package = tmp_path / "tables", tmp_path / "package"
    shutil.copytree(small.root, package)
    older = DataStore(package, small.cache_dir, renewed=folder)
    path = write_directory(tmp_path, rows, month="MAY_2025")
    refresh_postcodes(Request(path, older, folder, now=AT, accept_loss=True))
    assert _over(older, folder).directory_date == "2025-05"
    registry = (package / "registry.toml").read_text()
    before = small.info("postcodes").sha256
    (package / "registry.toml").write_text(registry.replace(before, "0" * 64))
    assert _over(older, folder).directory_date == "2025-11"


def test_a_damaged_record_is_told_with_what_to_do(small: DataStore, tmp_path: Path) -> None:
    for text in ("{", "[]", '{"schema": 1}', '{"schema": 2}'):
        (tmp_path / renewed.CURRENT).write_text(text)
        with pytest.raises(DataError, match=r"current\.json"):
            _ = _over(small, tmp_path).directory_date


KILLED = """
import sys
from pathlib import Path
from localarea.datasets.store import DataStore
from localarea.renewal.refresh import refresh_postcodes
from localarea.renewal.request import Request
root, source, folder = map(Path, sys.argv[1:4])
def work(**asked):
    refresh_postcodes(Request(source, DataStore(root), folder, now="x", **asked))
work(dry_run=True)  # all is imported
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_old_or_the_new_is_in_use(
    small: DataStore, newer: Path, tmp_path: Path
) -> None:
    import time

    folder = tmp_path / "tables"
    began = time.monotonic()
    refresh_postcodes(Request(newer, small, tmp_path / "timed", now=AT))
    whole = time.monotonic() - began
    seen = set()
    with mortal(KILLED, *map(str, (small.root, newer, folder))) as kill_after:
        for number in range(20):
            kill_after(0.01 + 1.5 * whole * number / 19)
            store = _over(small, folder)
            date = store.directory_date
            seen.add(date)
            table = store.read("postcodes")  # verified by its checksum
            assert table.num_rows == small.info("postcodes").rows + (date == "2026-02")
            if date == "2026-02":
                renewed.restore(folder)
    assert "2025-11" in seen


def test_minutes_of_places_that_stay_are_kept_and_the_others_worked_out(
    small: DataStore,
    rows: list[dict[str, Any]],
    newer: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "tables"
    same = write_directory(tmp_path, rows, month="NOV_2025")
    refresh_postcodes(Request(same, small, folder, now=AT, anchors=("Colchester",)))
    worked_out: list[int] = []

    def counted(anchor: str, points: Any, *, store: DataStore) -> Any:
        worked_out.append(len(points))
        return tenths_to_points(anchor, points, store=store)

    monkeypatch.setattr(minutes, "tenths_to_points", counted)
    refresh_postcodes(Request(newer, _over(small, folder), folder, now=AT, anchors=("Colchester",)))
    assert worked_out == [2]  # the new one, and the one that has moved by 100 metres
    after = _over(small, folder)
    made = after.read("minutes_colchester_postcodes")["tenths"].to_pylist()
    assert made == compute_minutes("Colchester", None, store=after)["tenths"].to_pylist()


def test_commands_from_refresh_to_restore(
    small: DataStore,
    newer: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LOCALAREA_DATA_DIR", str(small.root))
    assert run(["data", "refresh", "--from", str(newer)]) == 2
    assert "LOCALAREA_RENEWED_DIR" in capsys.readouterr().err
    monkeypatch.setenv("LOCALAREA_RENEWED_DIR", str(tmp_path / "tables"))
    assert run(["data", "refresh", "--from", str(newer), "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "1 postcode new" in told
    assert "  Colchester (E07000071): 1 new, 1 no longer live, 1 with another grid ref" in told
    assert "Nothing was changed" in told
    assert run(["check", NEW, "--option", "ttwa-official", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["status"] == "unknown"
    assert run(["data", "refresh", "postcodes", "--from", str(newer)]) == 0
    told = capsys.readouterr().out
    assert "In use as edition 1: minutes_colchester_postcodes, postcodes." in told
    assert run(["check", NEW, "--option", "drive-30", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["status"] == "local"
    assert run(["data", "status", "--json"]) == 0
    tables = {t["name"]: t for t in json.loads(capsys.readouterr().out)["tables"]}
    assert tables["postcodes"]["vintage"] == "2026-02"
    assert run(["data", "restore", "postcodes"]) == 0
    assert "tables of the package are in use again" in capsys.readouterr().out
    assert run(["check", NEW, "--option", "ttwa-official", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["status"] == "unknown"
    assert run(["data", "refresh", "oa11_lookup"]) == 2
    assert "what can be: postcodes" in capsys.readouterr().err
    assert run(["data", "refresh", "--from", str(tmp_path / "none.zip")]) == 2
    assert "there is no file" in capsys.readouterr().err


def test_grid_references_of_northern_ireland_are_brought_to_the_national_grid(
    small: DataStore, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    def edit(copy: list[dict[str, Any]]) -> None:
        # Belfast City Hall, on the Irish Grid.
        here = {"lad25cd": "N09000003", "east1m": 333_870, "north1m": 374_035, "doterm": ""}
        nowhere = {"msoa11cd": "", "msoa21cd": "", "dointr": 198001}
        copy.append({"pcd7": "BT1 5GS", "postcode": "BT1 5GS", **here, **nowhere})

    path = write_directory(tmp_path, rows, edit=edit)
    refresh_postcodes(Request(path, small, tmp_path / "tables", now=AT))
    row = read_postcode_rows(
        [parse_postcode("BT1 5GS").key], store=_over(small, tmp_path / "tables")
    )
    found = (row["easting"][0].as_py(), row["northing"][0].as_py())
    shift = pyproj.Transformer.from_crs(29903, 27700, always_xy=True)  # within metres of PROJ's
    assert found == pytest.approx(shift.transform(333_870, 374_035), abs=10)
    assert row["msoa11cd"][0].as_py() is None
