"""Token counts of the Gemini API as disjoint kinds."""

from __future__ import annotations

from agent_trace.model.usage import Usage


def usage(
    *,
    prompt: int | None,
    output: int | None,
    cached: int | None = None,
    thoughts: int | None = None,
    tool: int | None = None,
    total: int | None = None,
    beside: bool = False,
) -> Usage:
    """What a call used. Counts of nothing at all mean that the agent did not know: all unknown then.

    The API counts cached tokens inside the prompt, and the prompt of tools that run at the vendor's beside it.
    `beside`: thoughts are counted beside the output, as Gemini's own API does; the protocols of other vendors have them
    inside. Where the total tells, it decides.
    """
    if not any((prompt, output, cached, thoughts, tool)):
        return Usage()
    asked, answered, thought = prompt or 0, output or 0, thoughts or 0
    if tool and total not in (asked + answered, asked + answered + thought):
        asked += tool
    if thought and total in (asked + answered, asked + answered + thought):
        beside = total == asked + answered + thought
    whole = answered + thought if beside else answered
    return Usage(
        input=None if prompt is None else max(asked - (cached or 0), 0),
        output=None if output is None and not thought else whole,
        cache_read=cached,
        reasoning=None if thoughts is None else min(thought, whole),
    )
