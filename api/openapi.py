"""OpenAPI 3.1 from the models that validate, and a plain page of it without foreign scripts."""

from functools import cache
from html import escape
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.reading import JSON_TYPES, PATCH_TYPES
from api.schemas import (
    Error,
    Hub,
    HubCreate,
    ListQuery,
    OneQuery,
    TroubleTicket,
    TroubleTicketCreate,
    TroubleTicketUpdate,
)
from api.trouble_ticket import HUB, PATH
from desk.model.tickets import Scope

_BODIES = (TroubleTicketCreate, TroubleTicketUpdate, HubCreate)
_ANSWERS = (TroubleTicket, Hub, Error)
_QUERIES = (OneQuery, ListQuery)
_REF = "#/components/schemas/{model}"
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_COUNT: dict[str, Any] = {"schema": {"type": "integer", "minimum": 0}}
_FAILURES = {
    "400": "What was sent is not what is described here",
    "401": "No valid key",
    "403": "The key may not do this",
    "404": "There is no such thing, or not for this key",
    "405": "No such method",
    "429": "Too many requests; Retry-After says when",
    "500": "An internal error",
    "503": "The database is away; Retry-After says when",
}
_WITH_BODY = {
    "409": "The ticket cannot take this step, or an Idempotency-Key came again with another body",
    "413": "More than 64 KiB",
    "415": "Not JSON",
}


@cache
def document() -> dict[str, Any]:
    schemas = _schemas()
    one = {"name": "id", "in": "path", "required": True, **_TEXT}
    fields = _parameters(OneQuery, schemas)
    ticket, tickets = _ref(TroubleTicket), {"type": "array", "items": _ref(TroubleTicket)}
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key again returns the ticket of the first request.",
        "schema": {"type": "string", "maxLength": 100, "pattern": "^[!-~]*$"},
    }
    paging = {"X-Total-Count": _COUNT, "X-Result-Count": _COUNT, "Link": _TEXT}
    located = {"Location": {"required": True, **_TEXT}}
    paths = {
        PATH: {
            "get": _operation("listTroubleTicket", Scope.READ, _parameters(ListQuery, schemas))
            | _answers("200", tickets, paging),
            "post": _operation("createTroubleTicket", Scope.WRITE, [*fields, key])
            | _request(TroubleTicketCreate, JSON_TYPES)
            | _answers("201", ticket, located, more=_WITH_BODY),
        },
        f"{PATH}/{{id}}": {
            "get": _operation("retrieveTroubleTicket", Scope.READ, [one, *fields])
            | _answers("200", ticket),
            "patch": _operation("patchTroubleTicket", Scope.WRITE, [one, *fields])
            | _request(TroubleTicketUpdate, PATCH_TYPES)
            | _answers("200", ticket, more=_WITH_BODY),
            "delete": _operation("deleteTroubleTicket", Scope.WRITE, [one])
            | _answers("204", None, more={"409": "Somebody has begun to work on it"}),
        },
        HUB: {
            "post": _operation("createHub", Scope.HUB, [])
            | _request(HubCreate, JSON_TYPES)
            | _answers("201", _ref(Hub), located, more=_WITH_BODY),
        },
        f"{HUB}/{{id}}": {
            "get": _operation("hubGet", Scope.HUB, [one]) | _answers("200", _ref(Hub)),
            "delete": _operation("hubDelete", Scope.HUB, [one]) | _answers("204", None),
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Xiaotong trouble tickets (TMF621 v5)",
            "version": "5.0.1",
            "description": "Work orders of the service desk for other systems.",
        },
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> dict[str, Any]:
    models = [(model, "validation") for model in (*_BODIES, *_QUERIES)]
    answers = [(model, "serialization") for model in _ANSWERS]
    _, made = models_json_schema([*models, *answers], ref_template=_REF)  # type: ignore[list-item]
    return {name: _tidied(schema) for name, schema in made["$defs"].items()}


def _tidied(schema: Any) -> Any:
    """Without made-up titles, and without null as the default of what may be left out."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _tidied(value)
        for name, value in schema.items()
        if not (name == "default" and value is None or name == "title" and isinstance(value, str))
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _parameters(model: type[BaseModel], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """A query model's attributes as parameters; lists are written with commas."""
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "style": "form",
            "explode": False,
            "schema": schema,
        }
        for name, schema in schemas[model.__name__]["properties"].items()
    ]


def _operation(name: str, scope: Scope, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operationId": name,
        "description": f"Needs a key with the scope {scope}.",
        "parameters": parameters,
    }


def _request(model: type[BaseModel], types: tuple[str, ...]) -> dict[str, Any]:
    content = {media_type: {"schema": _ref(model)} for media_type in types}
    return {"requestBody": {"required": True, "content": content}}


def _answers(
    status: str,
    schema: dict[str, Any] | None,
    headers: dict[str, Any] | None = None,
    more: dict[str, str] | None = None,
) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if schema is not None:
        done["content"] = {"application/json": {"schema": schema}}
    if headers:
        done["headers"] = headers
    failed = {
        code: {"description": text, "content": {"application/json": {"schema": _ref(Error)}}}
        for code, text in {**_FAILURES, **(more or {})}.items()
    }
    return {"responses": {status: done, **failed}}


@cache
def page() -> str:
    """The same document for people."""
    rows = "".join(
        f"<tr><td>{method.upper()}</td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(operation['description'])}</td><td>{_names(operation)}</td></tr>"
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    )
    schemas = "".join(
        f"<h2 id='{escape(name)}'>{escape(name)}</h2>{_properties(schema)}"
        for name, schema in document()["components"]["schemas"].items()
        if "properties" in schema
    )
    style = "body{font:16px sans-serif;max-width:70em;margin:2em auto}td{padding:.2em .6em}"
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>TMF621</title>"
        f"<style>{style}</style><h1>{escape(document()['info']['title'])}</h1>"
        f"<p><a href=/openapi.json>openapi.json</a></p><table>{rows}</table>{schemas}</html>"
    )


def _names(operation: dict[str, Any]) -> str:
    return escape(", ".join(parameter["name"] for parameter in operation["parameters"]))


def _properties(schema: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{'required' if name in required else ''}</td>"
        f"<td><code>{escape(str(kind))}</code></td></tr>"
        for name, kind in schema["properties"].items()
    )
    return f"<p>{escape(schema.get('description', ''))}</p><table>{rows}</table>"
