"""How `/v1` is described (OpenAPI 3.1): the key, request bodies, and every status that can come.

Files are `format: binary`, by which generators of clients know a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from core.config import settings
from pages.http import problems
from pages.http.v1_bodies import SEVERAL, SINGLE

Described = dict[str, Any]  # JSON of OpenAPI, as FastAPI takes it

SCHEME = "key"
BINARY: Described = {"type": "string", "format": "binary"}
TROUBLES = {
    400: "The request cannot be read.",
    401: "No key, or one that is unknown, revoked or over.",
    403: "The key is not for that, not from there, or not for that source.",
    404: "Nothing is deployed, or there is no such decision.",
    408: "The body did not come on.",
    409: "The first request with this Idempotency-Key is still being answered.",
    413: "The body, or the recording, is too large.",
    415: "The body is of a type that is not taken.",
    422: "It was read and turned away: no usable recording, a field, or an Idempotency-Key of another request.",
    429: "The key asks too often, or too much is asked at once; Retry-After says when to ask again.",
    500: "A fault of the server.",
    503: "Something is out of reach just now.",
    504: "No answer within timeout_ms.",
}
ALWAYS = (401, 403, 429, 500, 503)


def responses(*statuses: int) -> dict[int | str, Described]:
    """Problem details for these statuses and for those that every address may answer with."""
    return {status: _trouble(status) for status in sorted({*statuses, *ALWAYS})}


FACTS = {
    "source": "where it comes from: a school, a device, a task",
    "child": "pseudonym of the child, never a name",
    "language": "BCP 47, such as fr or en-GB",
    "word": "the word, or the text, that was to be read",
}
FILE = BINARY | {"description": "a recording"}
FILES: Described = {"type": "array", "items": BINARY, "description": "several recordings, up to 200"}
FORMS: Described = {
    "RecordingForm": {
        "type": "object",
        "description": "`file`, or `files`: one of the two.",
        "properties": {SINGLE: FILE, SEVERAL: FILES, "source": {"type": "string", "description": FACTS["source"]}},
    },
    "ImportForm": {
        "type": "object",
        "required": [SINGLE],
        "properties": {
            SINGLE: FILE,
            **{name: {"type": "string", "description": words} for name, words in FACTS.items()},
        },
    },
}


def body_of(form: str) -> Described:
    """The request's body: one of `FORMS`, or the bytes of a recording alone."""
    reference = {"$ref": f"#/components/schemas/{form}"}
    content = {"multipart/form-data": {"schema": reference}, "application/octet-stream": {"schema": BINARY}}
    return {"requestBody": {"required": True, "content": content}}


def describe(app: FastAPI) -> Described:
    """The description with whole paths, the key, and one shape of trouble."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        components = schema.setdefault("components", {})
        components["schemas"] = FORMS | components.get("schemas", {})
        components["securitySchemes"] = {
            SCHEME: {"type": "http", "scheme": "bearer", "description": "A key that an administrator made."}
        }
        schema["paths"] = {f"/v1{path}": _secured(methods) for path, methods in schema["paths"].items()}
        schema["servers"] = [{"url": settings().public_url or "/"}]
        app.openapi_schema = schema
    return app.openapi_schema


@dataclass(frozen=True)
class FormField:
    """What a person fills in. `place`: query, path, header or form; `is_file`: chosen, perhaps several."""

    name: str
    place: str
    description: str
    is_file: bool = False
    is_several: bool = False


@dataclass(frozen=True)
class Operation:
    """One address, as people read it and try it."""

    method: str
    path: str
    paragraphs: list[str]
    fields: list[FormField]


def operations(described: Described) -> list[Operation]:
    """Every address of the description, with what it takes. What a form states is not asked for twice."""
    return [
        Operation(method.upper(), path, _paragraphs(operation), _fields(operation, described))
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def _paragraphs(operation: Described) -> list[str]:
    return str(operation.get("description", "")).replace("`", "").split("\n\n")


def _fields(operation: Described, described: Described) -> list[FormField]:
    fields: list[FormField] = []
    if "requestBody" in operation:
        form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]["$ref"].rsplit("/", 1)[-1]
        fields += [_form_field(*each) for each in described["components"]["schemas"][form]["properties"].items()]
    known = {field.name for field in fields}
    return fields + [
        FormField(each["name"], each["in"], each.get("description", ""))
        for each in operation.get("parameters", [])
        if each["name"] not in known
    ]


def _form_field(name: str, schema: Described) -> FormField:
    is_several = schema["type"] == "array"
    is_file = is_several or schema.get("format") == "binary"
    return FormField(name, "form", schema.get("description", ""), is_file, is_several)


def _secured(methods: Described) -> Described:
    return {method: operation | {"security": [{SCHEME: []}]} for method, operation in methods.items()}


def _trouble(status: int) -> Described:
    reference = {"$ref": "#/components/schemas/Problem"}
    described: Described = {"description": TROUBLES[status], "content": {problems.MEDIA_TYPE: {"schema": reference}}}
    if status == 429:
        described["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
    return described
