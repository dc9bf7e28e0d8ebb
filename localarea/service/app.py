"""
The application: routes, pages, errors and who asks, put together.

``create_app(Settings(...))`` for tests; ``create_app`` without arguments, which reads the
environment, for a server: ``uvicorn --factory localarea.service.app:create_app``.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.staticfiles import StaticFiles
from starlette_compress import CompressMiddleware

from localarea import __version__
from localarea.geo.crs import without_network
from localarea.service import error_handlers
from localarea.service.api import check as check_api
from localarea.service.api import decisions as decisions_api
from localarea.service.api import health, metrics
from localarea.service.api import keys as keys_api
from localarea.service.api import options as options_api
from localarea.service.api import questions as questions_api
from localarea.service.api import reports as reports_api
from localarea.service.api import study as study_api
from localarea.service.api.contracts import contract_exchange as contract_exchange_api
from localarea.service.api.contracts import contracts as contracts_api
from localarea.service.api.contracts import value_reports as value_reports_api
from localarea.service.api.files import files as files_api
from localarea.service.api.files import measures as measures_api
from localarea.service.api.files import mended as mended_api
from localarea.service.api.files import receipts as receipts_api
from localarea.service.api.files import spend as spend_api
from localarea.service.api.files import spend_jobs as spend_jobs_api
from localarea.service.api.ogc import routes as ogc
from localarea.service.auth.admission import Admission
from localarea.service.auth.csrf import guard_api, guard_form
from localarea.service.auth.identity import refuse_unknown_key
from localarea.service.councils import Councils
from localarea.service.files.runner import JobRunner
from localarea.service.http.rooms import Room
from localarea.service.logs.redaction import keep_secrets
from localarea.service.logs.setup import RequestLog
from localarea.service.middleware import behind_door
from localarea.service.openapi import describe_api
from localarea.service.pages import about as about_page
from localarea.service.pages import audit as audit_page
from localarea.service.pages import check as check_page
from localarea.service.pages import keys as keys_page
from localarea.service.pages import letters as letters_page
from localarea.service.pages import public as public_page
from localarea.service.pages import sign_in as sign_in_page
from localarea.service.pages import status as status_page
from localarea.service.pages.contracts import contract_exchange as contract_exchange_page
from localarea.service.pages.contracts import contract_forms as contract_forms_page
from localarea.service.pages.contracts import contract_returns as contract_returns_page
from localarea.service.pages.contracts import contracts as contracts_page
from localarea.service.pages.contracts import monitoring as monitoring_page
from localarea.service.pages.contracts import proxy_values as proxy_values_page
from localarea.service.pages.contracts import supplier_in as supplier_in_page
from localarea.service.pages.contracts import value_reports as value_reports_page
from localarea.service.pages.decisions import decisions as decisions_page
from localarea.service.pages.decisions import definitions as definitions_page
from localarea.service.pages.files import file_preview as file_preview_page
from localarea.service.pages.files import files as files_page
from localarea.service.pages.files import measures as measures_page
from localarea.service.pages.files import mended as mended_page
from localarea.service.pages.files import receipts as receipts_page
from localarea.service.pages.files import spend as spend_page
from localarea.service.pages.study import contested as contested_page
from localarea.service.pages.study import one_study as one_study_page
from localarea.service.pages.study import options as options_page
from localarea.service.pages.study import reports as reports_page
from localarea.service.pages.study import resident_map as resident_map_page
from localarea.service.pages.study import steps as steps_page
from localarea.service.pages.study import study as study_page
from localarea.service.pages.study import zone_reason as zone_reason_page
from localarea.service.parameters import refuse_unknown
from localarea.service.quick_check import QuickCheck
from localarea.service.renewing import end, take_up_renewals
from localarea.service.report_jobs import Reports
from localarea.service.state.disk import is_closed
from localarea.service.state.state import State
from localarea.service.value_report_jobs import ValueReportJobs
from localarea.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from starlette.types import ASGIApp

    from localarea.service.state.state import Before

LOG = logging.getLogger(__name__)
# Each room of the API and each set of pages has one router; the order is that of the docs.
API_ROUTERS = (
    check_api.router,
    files_api.router,
    mended_api.router,
    receipts_api.router,
    options_api.router,
    study_api.router,
    questions_api.router,
    reports_api.router,
    measures_api.router,
    spend_api.router,
    contract_exchange_api.router,  # before the one that takes any word for a contract
    spend_jobs_api.router,
    contracts_api.router,
    value_reports_api.router,
    decisions_api.router,
    keys_api.router,
)
PAGE_ROUTERS = (
    check_page.router,
    public_page.router,
    letters_page.router,
    files_page.router,
    mended_page.router,
    receipts_page.router,
    file_preview_page.router,
    measures_page.router,
    spend_page.router,
    contracts_page.router,
    contract_exchange_page.router,
    contract_forms_page.router,
    contract_returns_page.router,
    monitoring_page.router,
    proxy_values_page.router,
    value_reports_page.router,
    supplier_in_page.router,
    steps_page.router,
    audit_page.router,
    decisions_page.router,
    definitions_page.router,
    options_page.router,
    resident_map_page.router,
    one_study_page.router,
    study_page.router,
    zone_reason_page.router,
    contested_page.router,
    reports_page.router,
    about_page.router,
    sign_in_page.router,
    keys_page.router,
    status_page.router,
)


class Service(FastAPI):
    """
    The application with its door outside everything else, so that faults pass it too.

    The log of requests is outside the door, because refusals there are logged too.
    """

    def openapi(self) -> dict[str, Any]:
        """Describe the API as OpenAPI 3.0."""
        return describe_api(self)

    def build_middleware_stack(self) -> ASGIApp:
        """Add this service's checks before the framework's own."""
        settings = self.state.localarea.settings
        inside = QuickCheck(super().build_middleware_stack(), lambda: self.state.localarea)
        return RequestLog(behind_door(metrics.Measured(inside), settings, self.state.admission))


def create_app(
    settings: Settings | None = None,
    *,
    prepared: Sequence[Callable[[State], None]] = (),
    first: Before | None = None,
) -> FastAPI:
    """
    Make the application.

    Parameters
    ----------
    settings : Settings or None
        None reads the environment.
    prepared : sequence of callable
        What first visits work out, done in the background once every question is answered.
    first : callable or None
        Done in the background before anything is worked out; see :meth:`State.warm`.

    Returns
    -------
    FastAPI
        Ready for a server; what takes time begins when the server starts it.
    """
    without_network()
    chosen = settings or read_settings()
    state = State(chosen)
    jobs = JobRunner(state)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with keep_secrets(chosen):
            state.warm(prepared, first=first)
            jobs.start()
            for folder in filter(is_closed, (jobs.folder, state.definitions.root)):
                LOG.error("%s cannot be written to: let the user that runs this do so", folder)
            watch = asyncio.create_task(take_up_renewals(app))
            yield
            await end(watch)
            jobs.stop()
            app.state.councils.close()
            app.state.reports.close()
            app.state.value_reports.close()
            app.state.localarea.close()

    app = Service(
        title="localarea",
        version=__version__,
        summary='Whether a postcode is "local", and how "local" was defined.',
        lifespan=lifespan,
        openapi_url=None,  # api/health.py serves it, as OpenAPI 3.0
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        # The figures are those of /metrics; the framework would look for others at each request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.localarea = state
    app.state.councils = Councils(lambda: app.state.localarea)
    app.state.reports = Reports()
    app.state.value_reports = ValueReportJobs()
    app.state.admission = Admission(state)
    app.state.identify = app.state.admission.identify
    app.state.jobs = jobs
    error_handlers.install(app)
    for router in API_ROUTERS:
        app.include_router(
            Room(router, "/api/v1"),
            dependencies=[Depends(refuse_unknown_key), Depends(refuse_unknown), Depends(guard_api)],
        )
    for router in (health.router, metrics.router):
        app.include_router(Room(router), dependencies=[Depends(refuse_unknown)])
    known = [Depends(refuse_unknown_key), Depends(refuse_unknown)]
    app.include_router(Room(ogc.router), dependencies=known)
    for router in PAGE_ROUTERS:
        guards = [Depends(guard_form), Depends(refuse_unknown)]  # whose form it is comes first
        app.include_router(Room(router), include_in_schema=False, dependencies=guards)
    app.add_middleware(CompressMiddleware, minimum_size=2048, zstd=False)
    leaflet = Path(str(files("xstatic.pkg.leaflet") / "data"))
    app.mount("/static/leaflet", StaticFiles(directory=leaflet), name="leaflet")
    app.mount("/static", StaticFiles(directory=_static_folder()), name="static")
    _build_routes(app)
    return app


def _build_routes(app: FastAPI) -> None:
    """
    Build every route now.

    The framework builds a router's routes when it is first asked for one. That changes the
    filters of warnings, which belong to the whole process, beside the thread that warms up.
    """
    for _ in iter_route_contexts(app.routes):
        pass


def _static_folder() -> Path:
    return Path(str(files("localarea.service") / "static"))
