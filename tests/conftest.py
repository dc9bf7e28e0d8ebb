"""
What every test may ask for.

A session of tests has folders of its own for home, cache, data and configuration, so that
nothing that an earlier run or a person left behind can be leant on; its settings are the
defaults. The order is drawn by chance (pytest-randomly prints the seed).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
from collections import Counter
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_country import Twin

    from localarea.classify.classifier import Classifier
    from localarea.datasets.store import DataStore
    from localarea.decisions.database import Database

# How long an example takes says more of the machine than of the code.
# No examples are kept between runs: what one run found, another must be able to find.
settings.register_profile("localarea", deadline=None, database=None)
settings.load_profile("localarea")

REPOSITORY = Path(__file__).resolve().parents[1]
# Where tests find what scripts/test has started, and an earlier session's homes for a warm run.
# The names are changed, for the commands that tests run refuse settings that they do not know.
OF_TESTS = {
    "LOCALAREA_TEST_POSTGRESQL": "TESTS_POSTGRESQL",
    "LOCALAREA_RAW": "TESTS_RAW",
    "LOCALAREA_TEST_HOMES": "TESTS_HOMES",
    "LOCALAREA_TEST_PICTURES": "TESTS_PICTURES",
}
HOMES = {
    "HOME": "home",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
}
# These share the one server, or the one LibreOffice, of a worker, so that one worker runs them all.
TOGETHER = {
    "one server": (
        "tests/browser/test_study_browser.py",
        "tests/browser/test_scenario_browser.py",
        "tests/browser/test_files_browser.py",
        "tests/docs/test_service_examples.py",
    ),
    "one office": (
        "tests/country/test_check_workbook.py",
        "tests/country/test_hostile_workbooks.py",
        "tests/country/test_ods_in_place.py",
        "tests/country/test_old_workbooks.py",
        "tests/country/test_receipts.py",
        "tests/country/test_xlsx_catalogue.py",
    ),
}
# The tests of these share nothing, so that either worker may run each of them.
APART = ("tests/api/test_service_faults.py",)
# Any other file is run by one worker. Those of the browser are begun with, so that a worker opens
# one for them all, and then these, which take longest.
LONGEST = (
    "browser/test_study_browser.py",
    "browser/test_one_study_browser.py",
    "browser/test_resident_map_browser.py",
    "browser/test_steps_browser.py",
    "browser/test_attack_browser.py",
    "api/test_service_faults.py",
    "wheel/test_wheel.py",
    "country/test_xlsx_catalogue.py",
    "processes/test_same_bytes.py",
    "api/test_service_bounded.py",
    "api/test_service_schema.py",
    "unit/decisions/test_decisions_store.py",
    "api/test_service_authorisation.py",
    "api/test_service_workers.py",
    "api/test_service_decisions.py",
    "processes/notebook/test_face_names.py",
    "api/test_service_attack_paths.py",
    "api/test_service_renewal.py",
    "docs/test_notebooks.py",
    "api/test_service_questions.py",
    "country/reports/test_report_formats.py",
    "oracle/test_twenty_councils.py",
    "property/test_labour_regionalisation.py",
    "commands/test_demo.py",
    "oracle/test_region_options.py",
    "docs/test_site.py",
    "unit/contracts/test_contract_register.py",
    "processes/decisions/test_enactment.py",
    "api/test_service_attack_script.py",
    "api/test_service_damaged_tables.py",
    "country/datasets/test_datasets_readers.py",
    "api/test_service_attack_record.py",
    "country/labour/test_flow_files.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Give the session its own folders and settings, before anything of localarea is imported."""
    import gathering

    config.pluginmanager.register(gathering)
    for name in [name for name in os.environ if name.upper().startswith("LOCALAREA_")]:
        value = os.environ.pop(name)
        if name in OF_TESTS:
            os.environ[OF_TESTS[name]] = value
    # Tests start some hundred processes: none need compile what another has compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if "TESTS_HOMES" not in os.environ:  # workers of a run share the folders, as one user's do
        homes = os.environ["TESTS_HOMES"] = tempfile.mkdtemp(prefix="localarea-tests-")
        config.add_cleanup(lambda: shutil.rmtree(homes, ignore_errors=True))
    for name, folder in HOMES.items():
        path = Path(os.environ["TESTS_HOMES"]) / folder
        path.mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(path)


@pytest.hookimpl(trylast=True)  # after the order has been drawn
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files of slow tests where workers share the run, so that both end together."""
    if not hasattr(config, "workerinput"):
        return
    slow = {item.path for item in items if any(map(item.get_closest_marker, ("slow", "browser")))}
    order = {REPOSITORY / "tests" / name: number for number, name in enumerate(LONGEST)}
    browser = REPOSITORY / "tests" / "browser"
    items.sort(
        key=lambda item: (
            item.path.parent != browser,
            order.get(item.path, len(order)),
            item.path not in slow,
        )
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a worker what shares a server as a whole, and what shares nothing test by test."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByWhatIsShared(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            for what, files in TOGETHER.items():
                if file in files:
                    return what
            return nodeid if file in APART else file

    return ByWhatIsShared(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say last what was not run and why, and how to draw the same order again."""
    config = terminalreporter.config
    why = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    said = "; ".join(f"{number} because {reason}" for reason, number in sorted(why.items()))
    terminalreporter.write_sep("=", "what was run")
    terminalreporter.write_line(f"Not run: {said}." if said else "Every test that was chosen ran.")
    if config.pluginmanager.hasplugin("randomly"):
        seed = config.getoption("randomly_seed")
        terminalreporter.write_line(f"The same order again: ./scripts/test --seed {seed}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr
    return str(where[2] if isinstance(where, tuple) else where).removeprefix("Skipped: ")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the top folder of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """Keep what hundreds of tests would make again of the same: commands, routes, tables, land."""
    import compiled_pages
    import one_description
    import ready_processes
    import ready_stores
    import same_routes
    import same_tables
    import shared_tables
    import typer.main
    import whole_answers

    from localarea.service.files import apart, runner

    with pytest.MonkeyPatch.context() as patch:
        compiled_pages.share(patch)
        one_description.share(patch)
        patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
        _read_certificates_once(patch)
        same_routes.share(patch)
        same_tables.share(patch)
        shared_tables.share(patch)
        ready_stores.share(patch)
        whole_answers.share(patch)
        for module in (apart, runner):
            patch.setattr(module, "subprocess", ready_processes.in_place_of_subprocess())
        yield
    ready_processes.close()


def _read_certificates_once(patch: pytest.MonkeyPatch) -> None:
    """Have a client of HTTP take the certificates that the first read: tests ask this machine."""
    import httpx._transports.default
    import httpx2._transports.default

    for sending in (httpx._transports.default, httpx2._transports.default):
        patch.setattr(sending, "create_ssl_context", cache(sending.create_ssl_context))


@pytest.fixture(scope="session")
def pictures_once() -> Iterator[None]:
    """Have a report's picture of the same things drawn once; asked for, as it imports much."""
    import shared_tables

    with pytest.MonkeyPatch.context() as patch:
        shared_tables.share_pictures(patch)
        yield


@pytest.fixture(scope="session")
def small_tables(tmp_path_factory: pytest.TempPathFactory) -> DataStore:
    """
    Give the package's tables with few postcodes: one store for all tests that only read them.

    A service given its folders (``data_dir=STORE.root, cache_dir=STORE.cache_dir``) takes up
    what an earlier one has worked out of them.
    """
    from definition_cases import small_store

    from localarea.datasets.store import store_at

    # The workers of a run share them, and what is worked out of them; one alone has its own.
    run, homes = os.environ.get("PYTEST_XDIST_TESTRUNUID"), Path(os.environ["TESTS_HOMES"])
    folder = homes / f"tables-{run}" if run else tmp_path_factory.mktemp("country")
    if not run:
        small_store(folder / "data")
    elif not folder.is_dir():
        made = Path(tempfile.mkdtemp(dir=homes))
        small_store(made / "data")
        with suppress(OSError):  # the other worker was quicker
            made.rename(folder)
    return store_at(folder / "data", folder / "cache")


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """Give the classifier of the official area around Colchester, with every postcode."""
    from localarea.classify.boundary import boundary_of_option
    from localarea.classify.classifier import Classifier
    from localarea.options.council import read_council
    from localarea.options.membership import option_zones

    return Classifier(boundary_of_option(option_zones("ttwa-official", read_council())))


@pytest.fixture(scope="session")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """
    Give the address of a service with all tables, for all tests that need no other.

    Nobody signs in there. A test may send files and take them away again; it publishes nothing.
    """
    from service_cases import served_in

    folder = tmp_path_factory.mktemp("service")
    with served_in(folder, first="/options", jobs_dir=folder / "jobs") as address:
        yield address


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    """Give the folder of the publishers' raw files, or skip the test where there is none."""
    beside = REPOSITORY.parent / "shared" / "data" / "raw"
    folder = Path(os.environ.get("TESTS_RAW", beside))
    if not folder.is_dir():
        pytest.skip("the publishers' raw files are not here; name their folder in LOCALAREA_RAW")
    return folder


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """
    Give the invented country of twin_country.py: its raw files, and the tables built of them.

    The workers of a run share it: the first that asks builds it, and whoever asks meanwhile waits.
    """
    import fcntl

    import twin_country

    run, homes = os.environ.get("PYTEST_XDIST_TESTRUNUID"), Path(os.environ["TESTS_HOMES"])
    folder = homes / f"twin-{run}" if run else tmp_path_factory.mktemp("twin") / "country"
    with (homes / "twin.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            made = Path(tempfile.mkdtemp(dir=homes))
            twin_country.write(made / "raw")
            twin_country.build(made / "raw", made / "data")
            (made / "data" / "councils").mkdir()
            council = made / "data" / "councils" / "colchester.toml"
            council.write_text(twin_country.COUNCIL, encoding="utf-8")
            made.rename(folder)
    return twin_country.Twin(folder / "raw", folder / "data", folder / "cache")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database; a test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
        return
    server = os.environ.get("TESTS_POSTGRESQL")
    if not server:
        pytest.skip("no PostgreSQL; ./scripts/test starts one, or see scripts/postgresql")
    import psycopg

    # A new one takes the server half a second; one that is emptied takes a tenth of that.
    if not _emptied:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {(made := f't{uuid.uuid4().hex}')}")
        _emptied.append(made)
    name = _emptied.pop()
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server.replace("/postgres?", f"/{name}?"), autocommit=True) as connection:
        connection.execute(_EMPTY_IT)
    _emptied.append(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    from localarea.decisions.database import open_database

    with closing(open_database(database_url)) as opened:
        yield opened


# Whoever is still connected is sent away, and what the database was set to is forgotten.
_EMPTY_IT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE one text; BEGIN
  FOR one IN SELECT nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', one);
  END LOOP;
  EXECUTE format('ALTER DATABASE %I RESET ALL', current_database());
END $$;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
_emptied: list[str] = []


def pytest_sessionfinish() -> None:
    """Leave no database behind on the server."""
    if _emptied:
        import psycopg

        with psycopg.connect(os.environ["TESTS_POSTGRESQL"], autocommit=True) as connection:
            while _emptied:
                connection.execute(f"DROP DATABASE {_emptied.pop()} WITH (FORCE)")
