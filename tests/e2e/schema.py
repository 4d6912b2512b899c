"""As much of JSON Schema (2020-12) as result.schema.json uses; a keyword it does not know is an
error."""
import re

TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
}
NOTES = {"$schema", "title", "description"}


def violations(value, schema, place="$"):
    """Every way in which `value` is not what `schema` says, as PLACE: WHAT."""
    found = []
    for keyword, wanted in schema.items():
        if keyword in NOTES:
            continue
        if keyword == "type":
            if not TYPES[wanted](value):
                return [f"{place}: {value!r} is no {wanted}"]
        elif keyword == "const":
            found += [] if value == wanted else [f"{place}: {value!r} is not {wanted!r}"]
        elif keyword == "enum":
            found += [] if value in wanted else [f"{place}: {value!r} is none of {wanted}"]
        elif keyword == "minimum":
            found += [] if value >= wanted else [f"{place}: {value!r} is below {wanted}"]
        elif keyword == "pattern":
            found += (
                [] if re.search(wanted, value) else [f"{place}: {value!r} does not match {wanted}"]
            )
        elif keyword == "required":
            found += [f"{place}: {name} is missing" for name in wanted if name not in value]
        elif keyword == "properties":
            for name, inner in wanted.items():
                if name in value:
                    found += violations(value[name], inner, f"{place}.{name}")
            found += [f"{place}: {name} is not described" for name in value if name not in wanted]
        elif keyword == "items":
            for i, item in enumerate(value):
                found += violations(item, wanted, f"{place}[{i}]")
        else:
            found.append(f"{place}: keyword {keyword} of the schema is not understood")
    return found
