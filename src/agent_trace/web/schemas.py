"""The OpenAPI document: what FastAPI knows of the addresses, with the schemas of our own types in it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from agent_trace import __version__
from agent_trace.web.answers import JSON, Refusal

TEMPLATE = "#/components/schemas/{name}"
TYPE = "x-type"
"""Stands for a schema until all types are known (names are only unique among all of them): `module:Struct`."""
REFUSALS = {
    400: "The question makes no sense as it was written.",
    401: "The token is missing.",
    403: "Not from here, or not by this person.",
    404: "What was asked for is not there.",
    422: "Something is there and cannot be read.",
    424: "Another program did not answer.",
}


def answers(result: type[msgspec.Struct], *kinds: str, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an address that gives a type of ours; `kinds`: media types beside JSON."""
    content: dict[str, Any] = {JSON: {"schema": {TYPE: _name(result)}}}
    content.update({kind: {"schema": {"type": "string"}} for kind in kinds})
    return {status: {"description": "What was asked for.", "content": content}, **refusals()}


def refusals() -> dict[int | str, dict[str, Any]]:
    """The `responses` of every address that may say no."""
    schema = {JSON: {"schema": {TYPE: _name(Refusal)}}}
    return {code: {"description": text, "content": schema} for code, text in REFUSALS.items()}


def takes(body: type[msgspec.Struct]) -> dict[str, Any]:
    """The `openapi_extra` of an address that reads a type of ours from JSON."""
    return {"requestBody": {"required": True, "content": {JSON: {"schema": {TYPE: _name(body)}}}}}


class Described(FastAPI):
    """An app whose document has our own types; it is made when it is first asked for."""

    def openapi(self) -> dict[str, Any]:
        """The whole document."""
        if not self.openapi_schema:
            self.openapi_schema = document(self)
        return self.openapi_schema


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document."""
    found = get_openapi(title=app.title, version=__version__, description=app.description, routes=app.routes)
    places = list(_places(found["paths"]))
    names = sorted({place[TYPE] for place in places})
    schemas, components = msgspec.json.schema_components(map(_named, names), ref_template=TEMPLATE)
    by_name = dict(zip(names, schemas, strict=True))
    for place in places:
        place.update(by_name[place.pop(TYPE)])
    own = found.setdefault("components", {}).setdefault("schemas", {})
    own.update({name.replace(" ", ""): schema for name, schema in components.items()})
    _drop_validation(found["paths"])
    return found


def _name(kind: type[msgspec.Struct]) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _named(name: str) -> Any:
    module, _, found = name.partition(":")
    return getattr(importlib.import_module(module), found)


def _places(part: Any) -> Iterator[dict[str, Any]]:
    """Where a type stands for its schema."""
    if isinstance(part, dict):
        if TYPE in part:
            yield part
        parts: Iterable[Any] = part.values()
    else:
        parts = part if isinstance(part, list) else ()
    for one in parts:
        if isinstance(one, dict | list):
            yield from _places(one)


def _drop_validation(paths: dict[str, Any]) -> None:
    """FastAPI promises its own form of a wrong question; ours is the same as of every error."""
    for path in paths.values():
        for operation in path.values():
            answer = operation.get("responses", {}).get("422")
            if answer and "HTTPValidationError" in str(answer):
                del operation["responses"]["422"]
