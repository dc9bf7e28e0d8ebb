"""The commands ``contracts``: what they answer, and one sentence where something is wrong."""

from __future__ import annotations

import json
import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from command_cases import commanded
from contract_cases import HERE, SPEND, SUPPLIER, THERE, coarse_classifier, published
from decisions_cases import NOW

import localarea.cli.contracts.contracts as contract_commands
from localarea.contracts.counting import CountedReturn
from localarea.contracts.register import enter_return, find_contract
from localarea.decisions.database import open_database
from localarea.decisions.record.audit import latest
from localarea.measures.rules import PROXY_TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TERMS = """
reference = "C1"
title = "Repair of roads"
supplier = "Example Roads Ltd"
department = "Highways"
value = "1000.00"
first_day = 2026-04-01
last_day = 2027-03-31
definition = "colchester-measure-2026.1"
pledges = [{ measure = "LOCAL-SPEND", quarter = "2026-27 Q1", target = "60" }]
"""


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run ``localarea contracts`` on a store of its own."""
    definitions = published(tmp_path / "definitions")
    monkeypatch.setattr(
        contract_commands,
        "classifier_for",
        lambda definition, council: coarse_classifier(definitions.open(definition), definition),
    )
    settings = {
        "LOCALAREA_DEFINITIONS_DIR": str(tmp_path / "definitions"),
        "LOCALAREA_DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite'}",
    }
    (tmp_path / "c1.toml").write_text(TERMS, encoding="utf-8")

    def run(*arguments: str) -> Any:
        return commanded("contracts", *arguments, folder=tmp_path, **settings)

    return run


def test_a_contract_from_its_award_to_the_indicator(
    contracts: Callable[..., Any], tmp_path: Path
) -> None:
    assert contracts("list").stdout == "No contracts have been entered yet.\n"
    assert contracts("add", "c1.toml").stdout.startswith("C1 version 1: Repair of roads")
    assert "nothing was changed" in contracts("add", "c1.toml").stderr
    rows = f"C1,S1,{HERE},300,2026-04-01\nC1,S2,{THERE},100,2026-06-30\nC1,S2,{THERE},1,2026-07-01"
    (tmp_path / "spend.csv").write_text(SPEND + rows, encoding="utf-8")
    done = contracts("return", "C1", "2026-27 Q1", "spend.csv")
    assert done.returncode == 0, done.stderr
    assert "spend.csv: 3 rows = 2 counted + 0 refused + 1 of other quarters" in done.stdout
    assert "spend.csv: row 4: dated outside the quarter" in done.stderr
    again = json.loads(contracts("return", "C1", "2026-27 Q1", "spend.csv", "--json").stdout)
    assert (again["version"], again["notes"][0][:30]) == (1, "the same return was sent befor")
    shown = json.loads(contracts("show", "C1", "--json").stdout)
    assert shown["measures"][0]["measure"] == "LOCAL-SPEND"
    assert shown["measures"][0]["by_quarter"][0] == {
        "quarter": "2026-27 Q1", "target": "60", "delivered": "75.0", "withheld": False,
    }  # fmt: skip
    assert "delivered         75.0  pledged           60" in contracts("show", "C1").stdout
    kpi = json.loads(contracts("kpi", "--json").stdout)
    assert kpi["series"][0]["delivered"] == "75.0"
    assert "LOCAL-SPEND  Share of contract spend that is local (%, " in contracts("monitor").stdout
    said = contracts("export", "--internal", "--out", "tables").stderr
    assert "(1 contract, 1 pledge, 0 milestones, 3 figures, 1 return)" in said
    assert "under colchester-measure-2026.1" in contracts("kpi").stdout
    assert contracts("kpi", "--out", "kpi.csv").stderr == "written: kpi.csv\n"
    table = (tmp_path / "kpi.csv").read_text("utf-8-sig").splitlines()
    returned = [line.split(",")[-2] for line in table[1:]]  # whole numbers of returns
    assert returned == ["1", "0", "0", "0", "1"]
    assert [c["reference"] for c in json.loads(contracts("list", "--json").stdout)] == ["C1"]


def test_a_contract_from_before_its_definition_is_entered_with_a_note(
    contracts: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "c1.toml").write_text(TERMS.replace("y = 2026-04", "y = 2026-03"), encoding="utf-8")
    said = "The contract begins on 1 March 2026, before colchester-measure-2026.1 is in force"
    assert f"note: {said}" in contracts("add", "c1.toml").stderr
    assert f"\n{said}" in contracts("show", "C1").stdout
    for listed in (["show", "C1"], ["list"]):
        found = json.loads(contracts(*listed, "--json").stdout)
        (told,) = (found if isinstance(found, dict) else found[0])["notes"]
        assert told.startswith(said)
    contracts("export", "--out", "tables.xlsx")
    (tmp_path / "store.sqlite").unlink()
    assert f"note: C1: {said}" in contracts("import", "tables.xlsx").stderr
    assert "note" not in contracts("import", "tables.xlsx").stderr  # it was there before


def test_no_option_is_named_that_the_command_does_not_have(
    contracts: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "c1.toml").write_text(TERMS.replace("2026.1", "2029.1"), encoding="utf-8")
    refused = contracts("add", "c1.toml").stderr
    assert refused.endswith("A contract is measured under a definition that was published\n")
    assert "(--quarter)" not in contracts("return", "C1", "Q1", "c1.toml").stderr


def test_a_correction_names_its_version(contracts: Callable[..., Any], tmp_path: Path) -> None:
    contracts("add", "c1.toml")
    (tmp_path / "c1.toml").write_text(TERMS.replace("roads", "lanes"), encoding="utf-8")
    refused = contracts("add", "c1.toml")
    assert (refused.returncode, "as version 1" in refused.stderr) == (2, True)
    assert "(--supersedes)" in refused.stderr
    assert "version 2" in contracts("add", "c1.toml", "--supersedes", "1").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "C9"), "there is no contract 'C9'"),
        (("add", "none.toml"), "it cannot be read"),
        (("add", "spend.csv"), "it is not TOML"),
        (("return", "C1", "2026-27", "spend.csv"), "is not a quarter"),
        (("return", "C1", "2027-28 Q1", "spend.csv"), "not in 2027-28 Q1"),
        (("return", "C1", "2026-27 Q1", "none.csv"), "there is no such file"),
        (("return", "C1", "2026-27 Q1", "spend.csv"), "its one row does not count"),
        (("kpi", "--measure", "NT99"), "there is no measure 'NT99'"),
        (("kpi", "--out", "kpi.jpg"), "ends in .jpg; use .csv, .xlsx, .svg, .png, .pdf"),
        (("monitor", "--out", "groups.doc"), "ends in .doc; use .csv, .xlsx"),
        (("monitor", "--out", "none/groups.csv"), "the folder none does not exist; create it"),
        (("kpi", "--out", "none/kpi.svg"), "the folder none does not exist; create it"),
        (("export", "--out", "register.csv"), "or name a folder for CSV files"),
        (("export", "--out", "."), "it exists already"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    contracts: Callable[..., Any], tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    contracts("add", "c1.toml")
    (tmp_path / "spend.csv").write_text(SPEND + f"C2,S1,{HERE},1,2026-04-01\n", encoding="utf-8")
    done = contracts(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if "--out" in arguments:  # nothing was given out, so nothing is kept as given out
        with (
            closing(open_database(f"sqlite:///{tmp_path / 'store.sqlite'}")) as database,
            database.reading() as connection,
        ):
            assert {entry["action"] for entry in latest(connection, 9)} == {"enter_contract"}


def sent_by_a_supplier(folder: Path) -> None:
    """Send NT18 of 900 pounds for the first quarter, as the supplier of C1."""
    line = {"amount": 9_000_000, "other": 0, "divisor": 10_000, "people": 9, "other_people": 0}
    counted = CountedReturn(
        "2026-27 Q1", dict.fromkeys(("NT18", "NT19"), line), {"files": ["b" * 64]}
    )
    with closing(open_database(f"sqlite:///{folder / 'store.sqlite'}")) as database:
        with database.reading() as connection:
            kept = find_contract(connection, "C1")
        enter_return(database, kept, counted, actor=SUPPLIER, now=NOW)


def test_a_suppliers_return_is_decided_and_monitored(
    contracts: Callable[..., Any], tmp_path: Path
) -> None:
    pledged = TERMS.replace('"LOCAL-SPEND", quarter = "2026-27 Q1", target = "60"',
                            '"NT18", target = "3650"')  # fmt: skip
    (tmp_path / "c1.toml").write_text(pledged, encoding="utf-8")
    contracts("add", "c1.toml")
    sent_by_a_supplier(tmp_path)
    assert "waits to be accepted" in contracts("show", "C1").stdout
    assert json.loads(contracts("monitor", "--json").stdout)["groups"][0]["delivered"] is None
    refused = contracts("send-back", "C1", "2026-27 Q1", "1", "--comment", " ")
    assert (refused.returncode, "should put right" in refused.stderr) == (2, True)
    done = contracts("accept", "C1", "2026-27 Q1", "1")
    assert done.stdout == "C1, 2026-27 Q1, version 1: accepted\n"
    assert contracts("send-back", "C1", "2026-27 Q1", "1", "--comment", "x").returncode == 2
    out = contracts("monitor", "--by", "department", "--out", "groups.csv", "--json")
    (nt18, nt19) = json.loads(out.stdout)["groups"]
    assert (nt18["group"], nt18["delivered"], nt18["target"]) == ("Highways", "900.00", "3650.00")
    assert (nt19["measure"], nt19["status"]) == ("NT19", "")
    assert "value_gbp" not in nt18
    table = (tmp_path / "groups.csv").read_text(encoding="utf-8")
    assert "Highways,Growth,NT18," in table
    assert "900.00" in table
    assert contracts("monitor", "--by", "colour").returncode == 2
    assert "delivered       900.00" in contracts("monitor").stdout
    chart = contracts("kpi", "--measure", "NT18", "--out", "kpi.svg")
    assert chart.returncode == 0, chart.stderr
    assert "<svg" in (tmp_path / "kpi.svg").read_text(encoding="utf-8")
    assert contracts("kpi", "--measure", "NT18", "--out", "kpi.xlsx").returncode == 0
    refused = contracts("kpi", "--out", "kpi.svg")
    assert (refused.returncode, "nothing to draw" in refused.stderr) == (2, True)
    assert contracts("monitor", "--out", "groups.pdf").returncode == 2


def test_money_is_told_with_edition_and_source(
    contracts: Callable[..., Any], tmp_path: Path
) -> None:
    contracts("add", "c1.toml")
    sent_by_a_supplier(tmp_path)
    contracts("accept", "C1", "2026-27 Q1", "1")
    values = PROXY_TEMPLATE.read_text(encoding="utf-8")
    (tmp_path / "worth.toml").write_text(values, encoding="utf-8")
    refused = contracts("monitor", "--proxies", "worth.toml")
    assert refused.returncode == 2  # a template that nobody filled in names neither
    filled = re.sub(r'(?m)^edition = ".*"', 'edition = "2099"', values)
    filled = re.sub(r'(?m)^source = ".*"', 'source = "an invented table"', filled)
    filled = re.sub(r'(?m)^"?NT18"? = ".*"', 'NT18 = "0.5"', filled)
    (tmp_path / "worth.toml").write_text(filled, encoding="utf-8")
    out = contracts("monitor", "--proxies", "worth.toml", "--out", "worth.csv", "--json")
    told = json.loads(out.stdout)
    assert told["proxies"] == {"edition": "2099", "source": "an invented table"}
    found = {line["measure"]: line["value_gbp"] for line in told["groups"]}
    assert (found["NT18"], found["NT19"]) == ("450.00", None)
    assert "2099,an invented table" in (tmp_path / "worth.csv").read_text(encoding="utf-8")


def test_the_report_to_cabinet_is_written_and_says_nothing_small(
    contracts: Callable[..., Any], tmp_path: Path
) -> None:
    contracts("add", "c1.toml")
    rows = f"C1,S1,{HERE},300,2026-04-01\nC1,S2,{THERE},100,2026-06-30"
    (tmp_path / "spend.csv").write_text(SPEND + rows, encoding="utf-8")
    contracts("return", "C1", "2026-27 Q1", "spend.csv")
    (tmp_path / "learnt.txt").write_text("Ask for fewer measures.\n", encoding="utf-8")
    done = contracts("report", "--out", "r.html", "--learnt", "learnt.txt")
    assert (done.returncode, done.stderr.strip()) == (0, "written: r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Ask for fewer measures." in text
    assert "75.0% under A square (colchester-measure-2026.1)" in text  # 300 / 400
    assert contracts("report", "--out", "r.xlsx").returncode == 2
    (tmp_path / "learnt.txt").write_text(f"Ask at {HERE}.", encoding="utf-8")
    refused = contracts("report", "--out", "r.html", "--learnt", "learnt.txt")
    assert refused.returncode == 2
    assert "holds a postcode" in refused.stderr
    assert HERE not in refused.stderr


def test_a_register_is_exported_and_taken_in_by_another(
    contracts: Callable[..., Any], tmp_path: Path
) -> None:
    contracts("add", "c1.toml")
    rows = f"C1,S1,{HERE},300,2026-04-01\nC1,S2,{THERE},100,2026-06-30"
    (tmp_path / "spend.csv").write_text(SPEND + rows, encoding="utf-8")
    contracts("return", "C1", "2026-27 Q1", "spend.csv")
    before = contracts("show", "C1", "--internal", "--json").stdout
    assert contracts("export", "--out", "out.xlsx", "--internal").returncode == 0
    assert contracts("export", "--out", "shared").returncode == 0
    published = (tmp_path / "shared" / "published.csv").read_text("utf-8-sig").splitlines()
    assert (
        "C1,LOCAL-SPEND,Share of contract spend that is local,%,2026-27 Q1,60,75.0,no" in published
    )
    assert not (tmp_path / "shared" / "figures.csv").exists()
    again = contracts("import", "out.xlsx")
    assert again.stdout == "C1, version 1: unchanged\nC1, 2026-27 Q1, version 1: unchanged\n"
    contracts("export", "--out", "all", "--internal")
    (tmp_path / "store.sqlite").unlink()
    taken = contracts("import", "all")
    assert taken.stdout == "C1, version 1: entered\nC1, 2026-27 Q1, version 1: entered\n"
    after = contracts("show", "C1", "--internal", "--json").stdout
    apart = re.compile('"entered_at": "[^"]*"')
    assert apart.sub("", after) == apart.sub("", before)
    # A pledge that was changed in the tables is a correction of the version that they state.
    pledges = tmp_path / "shared" / "pledges.csv"
    pledges.write_text(pledges.read_text("utf-8-sig").replace(",60", ",65"), encoding="utf-8")
    corrected = contracts("import", "shared")
    assert corrected.stdout == "C1, version 2: corrected\n"
    assert "published.csv: figures as published are not taken in" in corrected.stderr
    refused = contracts("import", "out.xlsx")  # which states version 1
    assert refused.returncode == 2
    assert "is on the register with other details; to correct it, state version 2" in refused.stderr
    assert contracts("export", "--out", "x.pdf").returncode == 2
