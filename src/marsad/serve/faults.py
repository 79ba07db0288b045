"""One shape for every error: {"error": {"code", "message", "remedy"}}."""

from __future__ import annotations

import logging
import traceback

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from marsad.errors import InputError, MarsadError

MISSING = {"E307", "E308", "E309", "E310", "E311"}
UNKNOWN = "look it up in the list of actors"
log = logging.getLogger("marsad.serve")


def fault(status: int, code: str, message: str, remedy: str) -> JSONResponse:
    """An answer that tells what happened and what to do."""
    return JSONResponse({"error": {"code": code, "message": message, "remedy": remedy}}, status_code=status)


def answer_faults(app: FastAPI) -> None:
    """Make `app` answer every fault in the one shape."""
    app.add_exception_handler(MarsadError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, unexpected)


def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, MarsadError)
    masked = not getattr(request.state, "sees_names", not request.app.state.desk.mask)
    if error.code == "E310" and masked:  # the nearest names may be those of private persons
        return fault(404, error.code, error.message, UNKNOWN)
    status = 404 if error.code in MISSING else 400 if isinstance(error, InputError) else 503
    return fault(status, error.code, error.message, error.remedy)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
    return fault(422, "E502", f"the request is not understood: {told}", "correct the named parts of the address")


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return fault(404, "E501", f"there is nothing at {request.url.path}", "the API's list is /api/v1/openapi.json")
    return fault(error.status_code, "E502", str(error.detail), "see /api/v1/openapi.json for what is allowed")


def unexpected(request: Request, error: Exception) -> JSONResponse:
    """The answer to a fault that nobody foresaw; where it happened goes to the log, what it says does not.

    The words of an exception may hold a report's text, a name or a password.
    """
    if isinstance(error, MarsadError):  # raised before any route was reached, while finding out who asks
        return _ours(request, error)
    where = "; ".join(
        f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(error.__traceback__)[-8:]
    )
    told = {"fault": type(error).__name__, "at": where}  # the server's own log takes these in place of the words
    log.error("unexpected %s at %r: %s", type(error).__name__, request.url.path, where, extra=told)
    return fault(500, "E503", f"an unexpected fault: {type(error).__name__}", "see the server's output and report it")
