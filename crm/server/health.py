"""Whether the server can still answer from its database."""

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crm.db import EngineError
from crm.server import state

PATIENCE = 5
"""Seconds after which a database that does not answer counts as down."""


async def healthz(_request: Request) -> Response:
    """200 only after the database answered."""
    with anyio.move_on_after(PATIENCE):
        if await to_thread.run_sync(_answers, abandon_on_cancel=True):
            return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
    return JSONResponse({"status": "down"}, status_code=503, headers={"Cache-Control": "no-store"})


def _answers() -> bool:
    try:
        with state.database().cursor() as cursor:
            return cursor.rows("select id from ops.company") == [(1,)]
    except EngineError:
        return False


routes = [Route("/healthz", healthz)]
