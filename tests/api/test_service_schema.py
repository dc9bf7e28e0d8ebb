"""Every route keeps to what the OpenAPI says of it, whatever it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from service_cases import service_in

import localarea
from localarea.service import report_jobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from localarea.datasets.store import DataStore

# Of each route; few, for the routes are many and those of options take a while each.
EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# An event stream does not end by itself, so no test may wait for its end.
ENDLESS = "text/event-stream"


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, small_tables: DataStore
) -> Iterator[TestClient]:
    """Give a service of its own, that answers with its faults in place of raising them."""
    tables = {"data_dir": small_tables.root, "cache_dir": small_tables.cache_dir}
    with (
        pytest.MonkeyPatch.context() as patch,
        service_in(tmp_path_factory.mktemp("service"), **tables) as made,
    ):
        # A report is made after its answer, and nobody here knows the address to fetch it from.
        patch.setattr(report_jobs, "_make", lambda making, *_: making.done.set_result(b""))
        made.app.state.localarea.session  # noqa: B018 -- worked out before the first request
        yield made


def _endless(operation: dict[str, Any]) -> bool:
    return any(ENDLESS in answer.get("content", {}) for answer in operation["responses"].values())


def _operations(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if not _endless(operation)
    ]


@pytest.mark.slow
def test_no_route_answers_otherwise_than_its_schema_says(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.app = client.app
    asked = 0
    for path, method in _operations(document):
        operation = schema[path][method.upper()]

        @seed(20261123)  # the same requests each time: what failed can be run again
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def keeps(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            patience = {"timeout": 120}  # a busy machine may need more than the ten seconds given
            answer = case.call(session=client, base_url="http://127.0.0.1", **patience)
            case.validate_response(answer, checks=CHECKS)

        keeps()
    assert asked >= EXAMPLES  # or nothing was tried


def test_every_operation_states_what_can_go_wrong(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    told = client.get("/health").json()["version"]
    assert document["info"]["version"] == told == localarea.__version__
    for path, method in _operations(document):
        operation = document["paths"][path][method]
        assert operation.get("summary"), (method, path)
        if path.startswith("/api/"):
            stated = set(operation["responses"])
            assert any(status.startswith(("4", "5")) for status in stated), (method, path)
