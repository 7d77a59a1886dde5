"""The part of JSON Schema that the published CASE schema uses; an unknown keyword is an error, never ignored."""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit

SILENT = {"description", "title", "x-1edtech-confidentiality", "x-1edtech-privacy", "example"}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}


def faults(value, schema, root, at="$") -> list[str]:
    """What in ``value`` breaks ``schema``; ``root`` is the document in which ``$ref`` is resolved."""
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return faults(value, target, root, at)
    found: list[str] = []
    for keyword, wanted in schema.items():
        if keyword == "description" or keyword in SILENT:
            continue
        found += _keyword(keyword, wanted, value, schema, root, at)
    return found


def _keyword(keyword, wanted, value, schema, root, at) -> list[str]:
    match keyword:
        case "type":
            fits = isinstance(value, TYPES[wanted]) and not isinstance(value, bool)
            return [] if fits else [f"{at}: not {wanted}"]
        case "properties":
            pairs = [(name, sub) for name, sub in wanted.items() if name in value]
            return [fault for name, sub in pairs for fault in faults(value[name], sub, root, f"{at}.{name}")]
        case "required":
            return [f"{at}: {name} is missing" for name in wanted if name not in value]
        case "additionalProperties":
            extra = set(value) - set(schema["properties"])
            return [] if wanted is True else [f"{at}: {name} is unknown" for name in sorted(extra)]
        case "items":
            return [fault for n, entry in enumerate(value) for fault in faults(entry, wanted, root, f"{at}[{n}]")]
        case "minItems":
            return [] if len(value) >= wanted else [f"{at}: too few"]
        case "enum":
            return [] if value in wanted else [f"{at}: {value!r} not among {wanted}"]
        case "pattern":
            return [] if re.search(wanted, value) else [f"{at}: {value!r} does not match"]
        case "anyOf":
            return [] if any(not faults(value, sub, root, at) for sub in wanted) else [f"{at}: no alternative fits"]
        case "format":
            return [] if _FORMATS[wanted](value) else [f"{at}: {value!r} is no {wanted}"]
    raise AssertionError(f"keyword not handled: {keyword}")


_FORMATS = {
    "uri": lambda value: bool(urlsplit(value).scheme) and " " not in value,
    "date-time": lambda value: datetime.fromisoformat(value).tzinfo is not None,
    "date": lambda value: bool(date.fromisoformat(value)),
    "int32": lambda value: abs(value) < 2**31,
    "float": lambda value: True,
}
