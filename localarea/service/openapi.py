"""
The description of the API: OpenAPI 3.0, which the standard of ``/ogc`` and most tools ask for.

The framework writes OpenAPI 3.1. What 3.0 writes differently is rewritten here: values that may
be null, examples, the bytes of a file, constants and open ends of ranges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from localarea.service.api.ogc.question import DEFINITIONS
from localarea.service.http.errors import Problem, problems
from localarea.service.http.unguarded import UNDER_ANY_NAME, UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

VERSION: Final = "3.0.3"
_SCHEMAS: Final = "#/components/schemas/"
# In 3.0 `nullable` says nothing but beside a `type`: beside `allOf`, null stays refused.
_NULL: Final = {"type": "object", "nullable": True, "enum": [None]}
_SCHEMES: Final = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of `localarea keys`; none is needed where nobody signs in.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-localarea-session",
        "description": "The cookie of whoever has signed in on the pages.",
    },
}


def describe_api(app: FastAPI) -> dict[str, Any]:
    """Return the document of an application, made once and kept by it."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        problem = Problem.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}")
        made.setdefault("components", {}).setdefault("schemas", {})["Problem"] = problem
        document: dict[str, Any] = _older(made)
        document["openapi"] = VERSION
        _state_as_the_standard(document["paths"])
        _state_security(document)
        _state_refusals_at_the_door(document["paths"])
        document["info"]["description"] = document["info"].pop("summary", "")
        app.openapi_schema = document
    return app.openapi_schema


def operations_by_tag(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return method, address, summary and parameters of each operation, for a page."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            shown = {"method": method.upper(), "path": path, "summary": _summary(operation)}
            taken = [*_parameters(operation), *_fields(operation, document)]
            found.setdefault(operation["tags"][0], []).append({**shown, "parameters": taken})
    return found


def _summary(operation: dict[str, Any]) -> str:
    return str(operation.get("description") or operation.get("summary", ""))


def _parameters(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for parameter in operation.get("parameters", []):
        yield {
            "name": parameter["name"],
            "where": {"query": "address", "path": "address"}.get(parameter["in"], "header"),
            "required": parameter.get("required", False),
            "description": parameter.get("description", ""),
        }


def _fields(operation: dict[str, Any], document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].removeprefix(_SCHEMAS)]
        for name, field in schema.get("properties", {}).items():
            yield {
                "name": name,
                "where": "form" if kind.startswith("multipart") else "JSON",
                "required": name in schema.get("required", ()),
                "description": field.get("description", ""),
            }


def _state_security(document: dict[str, Any]) -> None:
    """State how one shows who one is, at each operation that may answer 401."""
    document["components"]["securitySchemes"] = _SCHEMES
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if "401" in operation["responses"]:
                anybody: list[dict[str, Any]] = (
                    [{}] if path.startswith("/ogc") else []
                )  # what is published
                operation["security"] = [*anybody, *({name: []} for name in _SCHEMES)]


def _state_refusals_at_the_door(paths: dict[str, Any]) -> None:
    """State what may be answered before a request comes to its route, whichever that is."""
    for path, methods in paths.items():
        for method, operation in methods.items():
            stated = [] if path in UNDER_ANY_NAME else [421]
            if path not in UNLIMITED:
                stated.append(429)
            if path.startswith(("/api", "/ogc")):
                stated.append(401)  # for a key that is not valid
            if path.startswith("/api") and method != "get":
                stated.append(403)  # for a page of another site
            if "requestBody" in operation:
                stated += [400, 408, 413]
            found = operation["responses"]
            found |= {str(s): one for s, one in problems(*stated).items() if str(s) not in found}


def _state_as_the_standard(paths: dict[str, Any]) -> None:
    """State the routes of OGC API Features as their standard does, which answers 400 for 422."""
    for path, methods in paths.items():
        if not path.startswith("/ogc"):
            continue
        for operation in methods.values():
            operation["responses"].pop("422", None)
            for parameter in operation.get("parameters", []):
                parameter.update(DEFINITIONS.get(parameter["name"], {}))


def _older(part: Any) -> Any:
    """Rewrite a part of a document of OpenAPI 3.1 as 3.0.3 has it."""
    if isinstance(part, list):
        return [_older(each) for each in part]
    if not isinstance(part, dict):
        return part
    made = {name: _older(value) for name, value in part.items()}
    if _is_schema(made):
        made = _older_schema(made)
    return made


def _is_schema(part: dict[str, Any]) -> bool:
    return any(
        isinstance(part.get(name), kind)
        for name, kind in (("type", (str, list)), ("anyOf", list), ("$ref", str), ("const", object))
    )


def _older_schema(schema: dict[str, Any]) -> dict[str, Any]:
    schema = _nullable(schema)
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "contentMediaType" in schema:
        del schema["contentMediaType"]
        schema["format"] = "binary"
    if isinstance(schema.get("examples"), list):
        examples = schema.pop("examples")
        schema.setdefault("example", examples[0])
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if not isinstance(schema.get(bound), bool) and bound in schema:
            schema[limit], schema[bound] = schema[bound], True
    if "prefixItems" in schema:
        kinds = schema.pop("prefixItems")
        same = all(kind == kinds[0] for kind in kinds)
        schema["items"] = kinds[0] if same else {"oneOf": kinds}
    if "$ref" in schema and len(schema) > 1:  # 3.0 ignores what stands beside a reference
        schema = {"allOf": [{"$ref": schema.pop("$ref")}], **schema}
    return schema


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), list):
        kinds = [kind for kind in schema["type"] if kind != "null"]
        schema = {**schema, "type": kinds[0], "nullable": len(kinds) < len(schema["type"])}
    choices = schema.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return schema
    rest = [choice for choice in choices if choice != {"type": "null"}]
    beside = {name: value for name, value in schema.items() if name != "anyOf"}
    if len(rest) > 1 or "$ref" in rest[0]:
        return {**beside, "anyOf": [*rest, _NULL]}
    return {**rest[0], **beside, "nullable": True}
