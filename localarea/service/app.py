"""
The application: routes, pages, errors and who asks, put together.

``create_app(Settings(...))`` for tests; ``create_app`` without arguments, which reads the
environment, for a server: ``uvicorn --factory localarea.service.app:create_app``.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware
from starlette_compress import CompressMiddleware

from localarea import __version__
from localarea.service import errors
from localarea.service.api import check as check_api
from localarea.service.api import health, metrics, ogc
from localarea.service.identity import local_person
from localarea.service.logs import RequestLog
from localarea.service.pages import check as check_page
from localarea.service.state import State
from localarea.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# Each room of the API and each set of pages has one router; the order is that of the docs.
API_ROUTERS = (check_api.router,)
PAGE_ROUTERS = (check_page.router,)
OTHER_ROUTERS = (health.router, metrics.router, ogc.router)


def create_app(settings: Settings | None = None) -> FastAPI:
    """
    Make the application.

    Parameters
    ----------
    settings : Settings or None
        None reads the environment.

    Returns
    -------
    FastAPI
        Ready for a server; what takes time begins when the server starts it.
    """
    chosen = settings or Settings()
    state = State(chosen)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        state.warm()
        yield
        state.close()

    app = FastAPI(
        title="localarea",
        version=__version__,
        summary='Whether a postcode is "local", and how "local" was defined.',
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
    )
    app.state.localarea = state
    app.state.identify = local_person
    errors.install(app)
    for router in API_ROUTERS:
        app.include_router(router, prefix="/api/v1")
    for router in OTHER_ROUTERS:
        app.include_router(router)
    for router in PAGE_ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.add_middleware(metrics.Measured)
    app.add_middleware(RequestLog)
    app.add_middleware(CompressMiddleware, minimum_size=2048, zstd=False)
    if chosen.cors_origins:  # off unless named: pages of other sites have no business here
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(chosen.cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match"],
            expose_headers=["ETag", "Link"],
        )
    app.mount("/static", StaticFiles(directory=_static_folder()), name="static")
    return app


def _static_folder() -> Path:
    return Path(str(files("localarea.service") / "static"))
