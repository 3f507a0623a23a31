"""What was said: prompts, answers, thoughts, and the texts that Codex puts before the model by itself.

The same text stands in a rollout twice: as an item of the conversation and as an event (in some versions a completed
item). What was told first counts. Which of the user's messages are prompts only the events tell; where a log has none,
every message is one that does not begin like a text of Codex's own.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from agent_trace.agents.codex.calls import answer, begin_turn
from agent_trace.agents.codex.fields import Record, part, parts, text, words
from agent_trace.agents.codex.parse_state import ParseState, Waiting, remember
from agent_trace.agents.codex.reader import Reader
from agent_trace.model.events import AssistantText, Attachment, Command, Origin, Thinking, UserPrompt
from agent_trace.model.scan import digest

ALIKE = 80
"""Characters of a text by which it is known again: some versions take citations out of its end."""
_TAG = re.compile(r"\s*<([a-z][a-z_ -]{2,40})[\s>/]")
_GUIDE = "# AGENTS.md instructions"
_SHELL = re.compile(r"<user_shell_command>\s*<command>\s*(.*?)\s*</command>", re.DOTALL)
_MEMORY = frozenset({"user_instructions", "instructions"})
_OWN = frozenset(
    "apps_instructions collaboration_mode environment_context environments_context hook_prompt "
    "multi_agent_mode permissions permissions_instructions personality_spec plugins_instructions realtime_conversation "
    "recommended_plugins skill skills_instructions subagent_notification subagents tools turn_aborted user_instructions "
    "user_shell_command".split()
)
"""Tags that texts of Codex's own begin with."""
_PROMPT_KIND = "user.text"
_INJECTED_KINDS = frozenset({"environment_context", "memory", "user_instructions"})


# ---- what users say


def hear_message(reader: Reader, item: Record) -> None:
    """A message of the conversation, whoever it is from."""
    role = text(item, "role")
    if role == "assistant":
        _hear_assistant(reader, item)
    elif role == "user":
        _hear_user(reader, item)
    elif role in ("developer", "system"):
        name = _name(reader, item)
        for index, said in enumerate(texts_of(item)):
            attach(reader, f"{name}.{index}", own_kind(said) or "instructions", said)
    else:
        reader.unread(f"a message of unknown role {role!r}")


def _hear_user(reader: Reader, item: Record) -> None:
    name = _name(reader, item)
    kinds = words(part(item, "internal_chat_message_metadata_passthrough"), "content_item_kinds")
    prompt: list[str] = []
    for index, said in enumerate(texts_of(item)):
        kind = own_kind(said)
        if index < len(kinds) and kinds[index] == _PROMPT_KIND:
            kind = ""
        elif index < len(kinds) and not kind:
            kind = kinds[index]
        if kind and said:
            inject(reader, f"{name}.{index}", kind, said)
        elif said:
            prompt.append(said)
    for index, one in enumerate(parts(item, "content")):
        if "image" in text(one, "type"):
            attach(reader, f"{name}.image{index}", "image", f"[{text(one, 'type')}]")
    if prompt:
        _maybe_prompt(reader, name, "\n".join(prompt))


def _maybe_prompt(reader: Reader, name: str, said: str) -> None:
    """A prompt, unless the log says by events what is one; where it has no events at all, at once."""
    settle(reader)
    if reader.row.bare:
        _prompt(reader, name, said)
        return
    origin = reader.origin
    reader.state.waiting = Waiting(
        name,
        reader.at,
        origin.offset,
        origin.length,
        reader.cut(said),
        len(said),
        _key(said),
        reader.state.is_copying,
    )


def settle(reader: Reader) -> None:
    """No event has said that the message in waiting is a prompt: in a log with such events it is none."""
    state, waiting = reader.state, reader.state.waiting
    if waiting is None:
        return
    state.waiting = None
    name = f"{waiting.id}.{'context' if state.has_prompt_events else 'prompt'}"
    fields: dict[str, Any] = {
        "at": waiting.at,
        "origin": Origin(offset=waiting.offset, length=waiting.length, source=reader.source),
        "inherited": waiting.is_copy or reader.is_foreign(name),
        "text": waiting.text,
        "size": waiting.size,
    }
    if state.has_prompt_events:
        reader.tell(Attachment, name, kind="context", **fields)
    else:
        reader.tell(UserPrompt, name, by=_speaker(state), **fields)
        begin_turn(reader)


def hear_prompt_event(reader: Reader, name: str, said: str, kind: str = "") -> None:
    """An event that says what the user said; before 0.5x also what Codex said in the user's name."""
    state, waiting = reader.state, reader.state.waiting
    if kind in _INJECTED_KINDS or own_kind(said) in _INJECTED_KINDS:
        inject(reader, f"{name}.0", own_kind(said) or kind, said)
        return
    state.has_prompt_events = True
    if waiting is not None and (waiting.key == _key(said) or said in waiting.text or waiting.text in said):
        state.waiting = None
    settle(reader)
    _prompt(reader, name, said)


def _prompt(reader: Reader, name: str, said: str) -> None:
    reader.tell(UserPrompt, f"{name}.prompt", text=reader.cut(said), size=len(said), by=_speaker(reader.state))
    begin_turn(reader)


def _speaker(state: ParseState) -> Literal["person", "program", "parent"]:
    if state.is_agent:
        return "parent"
    return "program" if state.is_driven else "person"


def inject(reader: Reader, name: str, kind: str, said: str) -> None:
    """A text in the user's name that no person wrote; a shell line past the model is a command."""
    shell = _SHELL.search(said) if kind == "user_shell_command" else None
    if shell:
        reader.tell(Command, name, name="!", text=reader.cut(shell.group(1)))
    else:
        attach(reader, name, kind, said)


def attach(reader: Reader, name: str, kind: str, said: str) -> None:
    """Something that was put before the model, or noted beside the talk."""
    if said:
        reader.tell(Attachment, name, kind=kind, text=reader.cut(said), size=len(said))


def own_kind(said: str) -> str:
    """What a text of Codex's own is, by how it begins; empty for any other."""
    if said.startswith(_GUIDE):
        return "memory"
    found = _TAG.match(said)
    tag = found.group(1).strip().replace(" ", "_").replace("-", "_") if found else ""
    if tag in _MEMORY:
        return "memory"
    return tag if tag in _OWN else ""


def hear_letter(reader: Reader, item: Record) -> None:
    """A message between agents: the first that a sub-agent gets is its task."""
    name, said = _name(reader, item), "\n".join(one for one in texts_of(item) if one)
    state = reader.state
    if not said:
        return
    if state.is_agent and not state.has_prompt_events and not state.is_copying:
        state.has_prompt_events = True
        _prompt(reader, name, said)
        return
    attach(reader, f"{name}.letter", "agent message", said)


# ---- what the model says


def _hear_assistant(reader: Reader, item: Record) -> None:
    settle(reader)
    answer(reader)
    name = _name(reader, item)
    for index, said in enumerate(texts_of(item)):
        speak(reader, f"{name}.{index}", said, "item")


def speak(reader: Reader, name: str, said: str, teller: str) -> None:
    """An answer, unless the other teller has told it."""
    settle(reader)
    if said and not is_told(reader.state, "answer", said, teller):
        reader.tell(AssistantText, name, text=reader.cut(said), size=len(said))


def hear_reasoning(reader: Reader, item: Record, teller: str = "item") -> None:
    """A summary of the model's thoughts, and the thoughts themselves where a model shows them."""
    settle(reader)
    answer(reader)
    name = _name(reader, item)
    summary = texts_of(item, "summary") or words(item, "summary_text")
    for index, said in enumerate(summary):
        think(reader, f"{name}.{index}", said, teller)
    for index, said in enumerate(texts_of(item) or words(item, "raw_content")):
        think(reader, f"{name}.raw{index}", said, teller)


def think(reader: Reader, name: str, said: str, teller: str) -> None:
    """A thought, unless the other teller has told it."""
    if said and not is_told(reader.state, "thought", said, teller):
        reader.tell(Thinking, name, text=reader.cut(said), size=len(said))


def is_told(state: ParseState, what: str, said: str, teller: str) -> bool:
    """Whether the other teller told this text; else it is remembered for him."""
    key = f"{what} {said[:ALIKE].strip()}"
    first = state.said.get(key)
    if first is not None and first != teller:
        del state.said[key]
        return True
    remember(state.said, key, teller, ParseState.SAID)
    return False


# ---- texts


def texts_of(item: Record, field: str = "content") -> list[str]:
    """The texts of a message's content, a list of parts, of strings, or one string; empty for a part that has none."""
    content = item.get(field)
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        return []
    return [one if isinstance(one, str) else text(one, "text") if isinstance(one, dict) else "" for one in content]


def _name(reader: Reader, item: Record) -> str:
    """What a message's events are named after: its own id, else its row."""
    return reader.own_name(text(item, "id"))


def _key(said: str) -> int:
    return digest(said.encode("utf-8", "replace"))
