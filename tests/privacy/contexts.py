"""Where secrets stand: five contexts for every shape, with what must stay around the secret."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.privacy.filler import filler
from tests.privacy.shapes import Shape

HOLE = "\ue000"
"""Where a template's secret goes."""
CONTEXTS = ("env", "json", "command", "nested", "long")
ENV_LINES = (f"export NAME={HOLE}", f"NAME={HOLE}", f'NAME="{HOLE}"')
NEUTRAL = ("value", "data", "item", "result")
SPELL = json.JSONEncoder(ensure_ascii=False).encode


class Text(NamedTuple):
    """A text around a secret: before and after must stay as they are."""

    before: str
    inside: str
    after: str

    @property
    def whole(self) -> str:
        """The text as somebody hears it."""
        return self.before + self.inside + self.after

    def within(self, template: str) -> Text:
        """This text in the hole of another."""
        before, after = template.split(HOLE)
        return Text(before + self.before, self.inside, self.after + after)

    def quoted(self) -> Text:
        """This text as it stands between the quotes of a JSON string."""
        return Text(*map(escaped, self))

    def as_value(self, record: Any) -> Text:
        """JSON that holds this text as the string where the hole is."""
        return self.quoted().within(json.dumps(record, ensure_ascii=False))


def escaped(text: str) -> str:
    """A text as it stands between the quotes of a JSON string."""
    return SPELL(text)[1:-1]


def text_of(shape: Shape, context: str) -> Text:
    """A shape's secret in one of the five contexts."""
    return BUILDERS[context](shape, Text(*shape.body), turn(shape.name))


def turn(name: str) -> int:
    """A number that is always the same for a name: which of several templates it gets."""
    return zlib.crc32(name.encode())


def env(shape: Shape, text: Text, number: int) -> Text:
    """In a shell profile or a .env file."""
    if shape.kind == "named":
        name = shape.words.upper().replace(" ", "_")
        return text.within(f"{name}='{HOLE}'" if special(shape) else ENV_LINES[number % 3].replace("NAME", name))
    if shape.kind == "header":
        return text.within(f"CURL_OPTIONS='-sS -H \"{shape.words}: {HOLE}\"'")
    if shape.kind == "address":
        return text.within(
            (f"export UPSTREAM_URL='{HOLE}'", f'TARGET_URL="{HOLE}"', f"ENDPOINT_URL={HOLE}")[number % 3]
        )
    if shape.kind == "command":
        return text.within(f"alias deploy='{HOLE}'")
    if shape.kind == "file":
        return text.within(f"export CONTENT='{HOLE}'\nexport LEVEL=info")
    return text.within(f"SETTING_1='{HOLE}'" if special(shape) else ENV_LINES[number % 3].replace("NAME", "VALUE"))


def special(shape: Shape) -> bool:
    """Whether a shell would not take the secret without quotes."""
    return bool(set("()!#$&;") & set(shape.secret))


def record_of(shape: Shape, number: int) -> dict[str, Any]:
    """JSON that holds the hole under the name that this kind of secret has."""
    if shape.kind == "header":
        return {"method": "GET", "headers": {"Accept": "*/*", shape.words: HOLE}}
    if shape.kind == "command":
        return {"command": HOLE, "timeout": 120000, "description": "Runs it"}
    if shape.kind == "named":
        return {"id": 7, key_of(shape.words, number): HOLE, "region": "eu-1"}
    name = "url" if shape.kind == "address" else NEUTRAL[number % 4]
    return {"id": 7, name: HOLE, "region": "eu-1"}


def key_of(words: str, number: int) -> str:
    """A name as JSON spells it: camelCase, snake_case or with dots."""
    first, *rest = words.split()
    return (first + "".join(map(str.capitalize, rest)), words.replace(" ", "_"), words.replace(" ", "."))[number % 3]


def as_json(shape: Shape, text: Text, number: int) -> Text:
    """As the value of a JSON object."""
    return text.as_value(record_of(shape, number))


def nested(shape: Shape, text: Text, number: int) -> Text:
    """In JSON within a JSON string, as agents log what a tool got or gave."""
    inner = as_json(shape, text, number + 1)
    if number % 2:
        return inner.as_value({"type": "tool_result", "tool_use_id": "toolu_01A7bQ", "content": HOLE})
    return inner.as_value({"type": "function_call", "name": "http", "arguments": HOLE, "call_id": "call_7bQ"})


def command(shape: Shape, text: Text, number: int) -> Text:
    """On a command line, or in an address."""
    if shape.kind == "named":
        flag, quote = "--" + shape.words.replace(" ", "-"), "'" if special(shape) else ""
        return text.within(f"tool login {flag}{' ='[number % 2]}{quote}{HOLE}{quote} --yes")
    if shape.kind == "header":
        quote = "'\""[number % 2]
        return text.within(f"curl -sS -H {quote}{shape.words}: {HOLE}{quote} https://api.example.com/v1/items")
    if shape.kind == "address":
        return text.within((f"migrate --to '{HOLE}' --yes", f'open "{HOLE}"')[number % 2])
    if shape.kind == "command":
        return text
    if shape.kind == "file":
        return text.within(f"cat > out.txt <<'EOF'\n{HOLE}\nEOF\nls -l out.txt")
    if set("+/=%$") & set(shape.secret):
        return text.within((f"tool run --value '{HOLE}' -v", f"echo {HOLE} | wc -c")[number % 2])
    return text.within(
        (
            f"tool run --value {HOLE} -v",
            f"curl 'https://api.example.com/v1/items?data={HOLE}&page=2'",
            f"echo {HOLE} | wc -c",
        )[number % 3]
    )


def long(shape: Shape, text: Text, number: int) -> Text:
    """In the middle of a long text: prose, a log, a stack trace, a configuration file."""
    style = ("prose", "log", "trace", "settings")[number % 4]
    size = 1000 + (number % 34) ** 3
    head, tail = filler(style, size // 2, number % 97), filler(style, size // 2, number % 89)
    return text.within(head + LINES[shape.kind](shape, style, number) + "\n" + tail)


def named_line(shape: Shape, style: str, number: int) -> str:
    """A name and its value in the words of a text's style."""
    snake = shape.words.replace(" ", "_")
    if style == "prose":
        return f"For the staging machine we set `{snake}={HOLE}` as agreed."
    if style == "settings":
        return (f"  {snake}: {HOLE}", f'{snake} = "{HOLE}"', f"{shape.words.replace(' ', '.')}={HOLE}")[number % 3]
    return f"2026-11-18T09:12:44Z DEBUG config loaded {key_of(shape.words, 0)}={HOLE} region=eu-1"


def form_line(shape: Shape, style: str, number: int) -> str:
    """A secret that stands under no telling name."""
    if style == "prose":
        return f"You can try it with {HOLE} on the staging machine, it still works."
    if style == "settings":
        return f"  value: {HOLE}"
    return f"2026-11-18T09:12:44Z WARN unexpected argument {HOLE} ignored"


def header_line(shape: Shape, style: str, number: int) -> str:
    """A header as curl -v prints it."""
    return f"> GET /v1/items HTTP/1.1\n> Host: api.example.com\n> {shape.words}: {HOLE}\n> Accept: */*"


def address_line(shape: Shape, style: str, number: int) -> str:
    """An address in a message."""
    if style == "settings":
        return f'  upstream: "{HOLE}"'
    return f'Error: could not connect to "{HOLE}" after 3 attempts'


LINES: dict[str, Callable[[Shape, str, int], str]] = {
    "named": named_line,
    "form": form_line,
    "header": header_line,
    "address": address_line,
    "command": lambda shape, style, number: f"$ {HOLE}\ndone in 3.2 s",
    "file": lambda shape, style, number: f"$ cat settings.txt\n{HOLE}\n$ echo $?\n0",
}
BUILDERS: dict[str, Callable[[Shape, Text, int], Text]] = {
    "env": env,
    "json": as_json,
    "command": command,
    "nested": nested,
    "long": long,
}
