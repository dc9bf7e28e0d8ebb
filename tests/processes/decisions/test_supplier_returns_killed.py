"""
A process that is killed between the count of a return and its commit loses and doubles nothing.

The same holds for the acceptance of a return, for the release of its figures and for an import of
contracts and figures, on both databases.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from contract_cases import QUARTERS, SUPPLIER, TERMS, enter_a_contract, published
from decisions_cases import ANALYST, NOW
from ready_processes import run_code

from localarea.contracts.acceptance import decide
from localarea.contracts.counting import CountedReturn
from localarea.contracts.exchange.entering import enter_exchange
from localarea.contracts.exchange.faults import Place
from localarea.contracts.exchange.parsing import Counted, Exchange, Stated
from localarea.contracts.freezing import freeze
from localarea.contracts.model import parse_contract
from localarea.contracts.register import contracts, enter_return, newest_returns, returns
from localarea.contracts.releases import released_series, releases
from localarea.decisions.database import open_database
from localarea.decisions.record.audit import verify
from localarea.definitions.store import DefinitionStore
from localarea.errors import ConflictError

if TYPE_CHECKING:
    from localarea.decisions.database import Database

pytestmark = pytest.mark.slow

AHEAD = ("pytest", "contract_cases", "localarea.contracts.exchange.entering")

LINE = {"amount": 10_000, "other": 0, "divisor": 10_000, "people": 0, "other_people": 0}
COUNTED = CountedReturn(QUARTERS[0], {"NT10": LINE}, {"files": ["b" * 64]})
KILLED = """
import os, sys
from contextlib import closing
sys.path.insert(0, sys.argv[4])
import test_supplier_returns_killed as steps
from localarea.decisions.record.audit import Ledger
from localarea.decisions.database import open_database
def die(*_, **__):
    os.kill(os.getpid(), 9)
address, when, step = sys.argv[1:4]
with closing(open_database(address)) as database:
    record = Ledger.record
    if when == "before the log":
        Ledger.record = die
    elif when == "before the commit":
        Ledger.record = lambda *a: (record(*a), die())
    steps.STEPS[step](database)
    die()
"""


def send(database: Database) -> None:
    kept = enter_a_contract(database)  # which is there already
    enter_return(database, kept, COUNTED, actor=SUPPLIER, now=NOW)


def accept(database: Database) -> None:
    decide(database, "C1", QUARTERS[0], 1, "accepted", actor=ANALYST, now=NOW)


def release(database: Database) -> None:
    released_series(database, council="colchester", actor=ANALYST, now=NOW)


STEPS = {"send": send, "accept": accept, "release": release}
# Sent, accepted and released, before the last step and after it.
KEPT = {"send": ((0, 0, 0), (1, 0, 0)), "accept": ((1, 0, 0), (1, 1, 0)),
        "release": ((1, 1, 0), (1, 1, 1))}  # fmt: skip


def kept(address: str) -> tuple[int, int, int]:
    with closing(open_database(address)) as database, database.reading() as connection:
        assert verify(connection).faults == ()
        return (
            len(returns(connection, "C1")),
            len(newest_returns(connection)),
            len(releases(connection, "colchester")),
        )


@pytest.mark.parametrize("when", ["before the log", "before the commit", "before the answer"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_in_the_middle_nothing_is_lost_or_doubled(
    database_url: str, repository: Path, step: str, when: str
) -> None:
    before, after = KEPT[step]
    with closing(open_database(database_url)) as database:
        enter_a_contract(database)
        for earlier in list(STEPS)[: list(STEPS).index(step)]:
            STEPS[earlier](database)
    assert kept(database_url) == before
    here = str(repository / "tests" / "processes" / "decisions")
    done = run_code(KILLED, database_url, when, step, here, ahead=AHEAD)
    assert done.returncode == -9, done.stdout
    assert kept(database_url) == (after if when == "before the answer" else before)
    with closing(open_database(database_url)) as database:
        if (step, when) == ("accept", "before the answer"):
            with pytest.raises(ConflictError, match="accepted already"):  # it was done
                STEPS[step](database)
        else:
            STEPS[step](database)  # as whoever got no answer does
    assert kept(database_url) == after


IMPORTED = """
import os, sys
from contextlib import closing
sys.path.insert(0, sys.argv[4])
import test_supplier_returns_killed as steps
from localarea.decisions.record.audit import Ledger
from localarea.decisions.database import open_database
address, folder, moments = sys.argv[1], sys.argv[2], [int(one) for one in sys.argv[3].split(",")]
record = Ledger.record
for moment in moments:  # of two entries, each before and after it is in the log
    if os.fork() == 0:
        seen = iter(range(9))
        def until_killed(*a):
            if next(seen) == moment:
                os.kill(os.getpid(), 9)
            done = record(*a)
            if next(seen) == moment:
                os.kill(os.getpid(), 9)
            return done
        Ledger.record = until_killed
        with closing(open_database(address)) as database:
            steps.take_in(database, folder)
        os._exit(0)
    assert os.wait()[1] == 9, moment
    print(steps.there(address), flush=True)
"""


def take_in(database: Database, folder: str) -> list[tuple[str, str]]:
    """Import a contract and the figures of a quarter."""
    made = parse_contract(TERMS | {"reference": "C9"})
    definitions = DefinitionStore(Path(folder))
    frozen = freeze(made, definitions, council="colchester")
    names = ("definition", "definition_sha256", "rule", "rule_version")
    receipt = dict(zip(names, frozen.basis, strict=True)) | {"files": ["b" * 64]}
    counted = CountedReturn(QUARTERS[0], {"NT10": LINE}, receipt)
    contract = Stated(made, None, "", "", Place("contracts"))
    held = Exchange([contract], [Counted("C9", counted, Place("returns"))])
    taken = enter_exchange(
        database, held, definitions, council="colchester", actor=ANALYST, now=NOW
    )
    return [(one.reference, one.result) for one in taken]


def there(address: str) -> tuple[int, int]:
    """Count contracts and returns, and require that the log holds all of them."""
    with closing(open_database(address)) as database, database.reading() as connection:
        assert verify(connection).faults == ()
        held = contracts(connection, council="colchester")
        return len(held), len(returns(connection, "C9"))


def test_an_import_that_is_killed_is_whole_once_it_is_done_again(
    database_url: str, repository: Path, tmp_path: Path
) -> None:
    published(tmp_path / "definitions")
    with closing(open_database(database_url)):
        pass
    here = str(repository / "tests" / "processes" / "decisions")
    folder = str(tmp_path / "definitions")
    done = run_code(IMPORTED, database_url, folder, "0,1,2,3", here, ahead=AHEAD)
    # Before and after the entry of the contract, and of the figures: one transaction holds both.
    assert done.stdout.splitlines() == ["(0, 0)"] * 4
    with closing(open_database(database_url)) as database:
        again = take_in(database, str(tmp_path / "definitions"))
        assert again == [("C9", "entered"), ("C9", "entered")]
        once_more = take_in(database, str(tmp_path / "definitions"))
        assert once_more == [("C9", "unchanged"), ("C9", "unchanged")]
    assert there(database_url) == (1, 1)
