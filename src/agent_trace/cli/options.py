"""A report's Options as command-line flags, and the flags that all reports share."""

from __future__ import annotations

import types
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import click
import msgspec

from agent_trace.app.written import FORMS


def option_parameters(options: type[msgspec.Struct], *, without: str = "") -> list[click.Parameter]:
    """One flag for each field: its name, type, default and description come from the Struct."""
    hints = get_type_hints(options, include_extras=True)
    fields = msgspec.structs.fields(options)
    return [_parameter(field, hints[field.name]) for field in fields if field.name != without]


def _parameter(field: msgspec.structs.FieldInfo, hint: Any) -> click.Parameter:
    kind, description, short = _unwrap(hint)
    flags = [*short, "--" + field.name.replace("_", "-")]
    if kind is bool:
        return click.Option(flags, is_flag=True, default=bool(field.default), help=description)
    if get_origin(kind) is tuple:
        return click.Option(flags, multiple=True, type=_type(get_args(kind)[0]), help=description)
    default = None if field.default is msgspec.NODEFAULT or field.default in ("", None) else field.default
    return click.Option(flags, type=_type(kind), default=default, help=description, show_default=default is not None)


def _unwrap(hint: Any) -> tuple[Any, str, list[str]]:
    """The plain type, the description that an annotation carries, and a short flag where it names one."""
    description, short = "", []
    if get_origin(hint) is Annotated:
        hint, *notes = get_args(hint)
        metas = [note for note in notes if isinstance(note, msgspec.Meta)]
        description = next((note.description for note in metas if note.description), "")
        short = [str(note.extra["short"]) for note in metas if note.extra and "short" in note.extra]
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    return hint, description, short


def _type(kind: Any) -> Any:
    if get_origin(kind) is Literal:
        return click.Choice([choice for choice in get_args(kind) if choice != ""])
    return {int: int, Decimal: number}.get(kind, str)


def number(text: str) -> Decimal:
    """A number as it was typed, exactly."""
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{text!r} is no number") from None


def output_parameters() -> list[click.Parameter]:
    """How the answer is printed, what of it may be seen, and whether the index is brought up to date first."""
    return [
        *leaving_parameters(),
        click.Option(
            ["--format", "form"], type=click.Choice(FORMS), default="text", show_default=True, help="How to print."
        ),
        click.Option(["--json"], is_flag=True, help="Short for --format json."),
        click.Option(
            ["-o", "--output"],
            type=click.Path(dir_okay=False),
            help="Write to this file; its ending chooses the format.",
        ),
        click.Option(["--no-sync"], is_flag=True, help="Answer from the index as it is."),
        click.Option(["--timezone"], help="An IANA zone for days and times."),
        click.Option(
            ["--start-of-week"],
            type=click.Choice(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
            help="First day of a week.",
        ),
        click.Option(
            ["--cost"],
            type=click.Choice(["priced", "recorded", "best"]),
            help="Dollars by the price book, as the agents recorded them, or recorded where no price is known.",
        ),
    ]


def leaving_parameters(default: str = "leaving_tier (2) for HTML and Markdown, else 3") -> list[click.Parameter]:
    """How much of a session may be seen, and what is masked in it."""
    return [
        click.Option(
            ["--tier"],
            type=click.IntRange(1, 3),
            help=f"1: figures alone; 2: also paths, commands, diffs; 3: everything. Default: {default}.",
        ),
        click.Option(
            ["--redact/--no-redact"], default=None, help="Mask secrets; the default for what leaves this machine."
        ),
        click.Option(["--mask"], is_flag=True, help="Mask e-mail addresses, phone, card and account numbers too."),
        click.Option(
            ["--redact-pattern"], multiple=True, metavar="RE", help="Mask what this pattern (RE2) matches too."
        ),
    ]


def agent_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The agents whose names begin so: for a shell that completes."""
    from agent_trace import registry

    return [name for name in registry.names("agents") if name.startswith(incomplete)]


def selection_parameters() -> list[click.Parameter]:
    """Which calls and sessions a fleet report is about."""
    return [
        click.Option(
            ["--agent"],
            multiple=True,
            shell_complete=agent_names,
            help="Only this agent's sessions; may be repeated. `agent-trace agents` lists them.",
        ),
        click.Option(
            ["--since"], help="From this time on: 2026-11-18, 7d, 12h, today, this-week …; `all`: from the beginning."
        ),
        click.Option(["--until"], help="Up to this time; a date means the end of that day."),
        click.Option(["--cwd"], help="Only sessions that began in this folder or below it; `.` is here."),
        click.Option(["--repo"], help="Only sessions whose repository's path holds this."),
        click.Option(["--project"], help="Only sessions whose project folder's path holds this."),
        click.Option(["--model"], help="Only calls of models whose id holds this."),
        click.Option(["--branch"], help="Only sessions on this branch."),
        click.Option(["--label"], multiple=True, help="Only sessions with this label; repeated: with any of them."),
        click.Option(["--starred"], is_flag=True, help="Only sessions with a star."),
    ]
