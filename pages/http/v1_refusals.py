"""Whatever goes wrong below `/v1`, as a problem of RFC 9457."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from core.errors import EarshotError
from pages.http import problems
from pages.http.problems import FieldTrouble

BROKEN_OFF = "The request broke off before its body was complete."


def answer_in_problem_details(app: FastAPI) -> None:
    """Let an application refuse so, whatever raises."""

    @app.exception_handler(EarshotError)
    async def in_problem_details(_request: Request, error: EarshotError) -> Response:
        return problems.of_error(error)

    @app.exception_handler(RequestValidationError)
    async def fields_in_problem_details(_request: Request, error: RequestValidationError) -> Response:
        # what was sent stands in the errors too, and is left out
        troubles = [FieldTrouble(field=str(each["loc"][-1]), message=str(each["msg"])) for each in error.errors()]
        return problems.response(422, "Fields of the request cannot be used.", errors=troubles)

    @app.exception_handler(HTTPException)
    async def status_in_problem_details(_request: Request, error: HTTPException) -> Response:
        return problems.response(error.status_code, error.detail, headers=error.headers)

    @app.exception_handler(Exception)
    async def fault_in_problem_details(_request: Request, _error: Exception) -> Response:
        return problems.response(500, problems.FAULT)

    @app.exception_handler(ClientDisconnect)
    async def disconnect_in_problem_details(_request: Request, _error: ClientDisconnect) -> Response:
        return problems.response(408, BROKEN_OFF)  # nobody reads it; the log has the status
