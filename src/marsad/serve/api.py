"""The JSON API under /api/v1, put together from its parts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from marsad.serve import api_actors, api_health, api_incidents, api_reports, api_watch


class Told(BaseModel):
    """What happened, and what to do."""

    code: str
    message: str
    remedy: str


class Fault(BaseModel):
    """The one shape of every error."""

    error: Told


FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": Fault, "description": "What is asked makes no sense"},
    404: {"model": Fault, "description": "There is no such thing"},
    422: {"model": Fault, "description": "The request is not understood"},
}
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The asker holds it already (If-None-Match)"}}

router = APIRouter(responses=FAULTS | UNCHANGED)
for part in (api_health, api_incidents, api_reports, api_actors, api_watch):
    router.include_router(part.router)
