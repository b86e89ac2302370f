"""Forms in the body: query parameters, and the tables that come with a query.

Source: RFC 7578; ClickHouse documentation, External data for query processing.
"""

import re
from dataclasses import replace
from typing import Any

from datacontract_runner.embedded.body import EmptyBody
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.request import External, Request

_BOUNDARY = re.compile(r'boundary="?([^";]+)')
_NAME = re.compile(rb'\bname="([^"]*)"')


def with_form(request: Request) -> Request:
    """Reads a multipart body into the request; a request without one stays as it is."""
    content_type = request.headers.get("content-type", "")
    if "multipart/form-data" not in content_type:
        return request
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise Rejection(36, "A multipart body must name its boundary.")
    fields, files = _parts(request.body.read(-1), boundary.group(1).encode())
    parameters = {**request.parameters, **fields}
    external = tuple(_external(name, data, parameters) for name, data in files.items())
    return replace(request, parameters=parameters, external=external, body=EmptyBody())


def _parts(data: bytes, boundary: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """Splits a form into its fields and its files."""
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in data.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        name = _NAME.search(head)
        if name is None:
            raise Rejection(36, "Each part of a multipart body must have a name.")
        if b"filename=" in head:
            files[name.group(1).decode()] = content
        else:
            fields[name.group(1).decode()] = content.decode()
    return fields, files


def _external(name: str, data: bytes, parameters: dict[str, Any]) -> External:
    structure = parameters.get(f"{name}_structure") or _numbered(parameters.get(f"{name}_types", ""))
    if not structure:
        raise Rejection(36, f"The external table {name} needs {name}_structure.")
    return External(name, structure, parameters.get(f"{name}_format", "TabSeparated"), data)


def _numbered(types: str) -> str:
    """Names columns that come with types alone: ``_1``, ``_2`` and so on."""
    return ", ".join(f"_{number} {kind.strip()}" for number, kind in enumerate(types.split(","), 1)) if types else ""
