"""
What every request passes before it comes to a route: each a plain ASGI layer.

From the outside: headers of every answer, a query of any bytes, the name asked for, which other
sites may ask, where a change comes from, who asks, how often, and how much a body may hold and how
long it may take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.service.middleware.bodies import Bodies
from localarea.service.middleware.callers import Callers
from localarea.service.middleware.head import Head
from localarea.service.middleware.headers import Headers
from localarea.service.middleware.hosts import Hosts
from localarea.service.middleware.origins import Origins
from localarea.service.middleware.other_sites import other_sites
from localarea.service.middleware.queries import Queries
from localarea.service.middleware.rates import Rates

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from localarea.service.auth.admission import Admission
    from localarea.settings import Settings


def behind_door(app: ASGIApp, settings: Settings, admission: Admission) -> ASGIApp:
    """Put the layers around an application, the innermost first."""
    app = Head(app)
    app = Bodies(app, settings)
    app = Rates(app, settings)
    app = Callers(app, admission)
    app = Origins(app, settings)
    app = other_sites(app, settings)
    app = Hosts(app, settings)
    app = Queries(app)
    return Headers(app, settings)
