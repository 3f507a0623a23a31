"""One line of every kind of record that some version wrote and the recorded runs do not hold."""

from __future__ import annotations

import msgspec

from tests.agents.codex.written import (
    JSON,
    called,
    came_back,
    completed,
    counted,
    event,
    header,
    item,
    message,
    recorded,
    row,
    spent,
    stamp,
    thread_id,
    turn,
)

FIRST, SECOND = spent(1000, 50), spent(200, 30, cached=1000)
DIFF = "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
PATCH = "*** Begin Patch\n*** Update File: a.py\n@@\n-b\n+c\n*** End Patch"

_ROWS: list[JSON] = [
    header(1, thread_id(1)),
    header(2, thread_id(-5), git={"branch": "main"}),
    header(3, forked_from_id=thread_id(-5)),
    {"id": "legacy", "timestamp": stamp(0), "instructions": None, "git": {}},
    {"type": "function_call", "name": "shell", "arguments": '{"command":["ls"]}', "call_id": "call_1"},
    {"type": "function_call_output", "call_id": "call_1", "output": '{"output":"a","metadata":{"exit_code":1}}'},
    turn(4, "gpt-5.1-codex", turn_id=thread_id(4)),
    turn(5, turn_id=thread_id(-4)),
    counted(FIRST, FIRST, 6),
    counted(spent(1200, 80, cached=1000), SECOND, 7),
    counted(None, None, 8),
    recorded("resp_9", SECOND, spent(1200, 80, cached=1000), 9),
    called("call_2", cmd="grep x y"),
    came_back("call_2", "Wall time: 1.5 seconds\nProcess exited with code 1\nOutput:\n"),
    called("call_3", "spawn_agent", message="Look"),
    came_back("call_3", '{"agent_id":"child"}'),
    came_back("call_4", [{"type": "input_text", "text": "a"}]),
    item("custom_tool_call", call_id="call_4", name="apply_patch", input=PATCH),
    item("local_shell_call", call_id="call_5", action={"type": "exec", "command": ["ls"]}),
    item("web_search_call", action={"type": "search", "query": "q"}, status="completed"),
    event("web_search_end", call_id="ws_1", query="q", action={"type": "search", "query": "q"}),
    item("tool_search_call", call_id="call_6", arguments={"query": "mail"}),
    item("tool_search_output", call_id="call_6", tools=[]),
    item("image_generation_call", id="ig_1", revised_prompt="a cat"),
    item("agent_message", author="/lead", content=[{"type": "input_text", "text": "Do it"}]),
    row("inter_agent_communication", {"author": "/lead/a", "content": "Done"}),
    message("developer", "<skills_instructions>\n## Skills"),
    message("user", "# AGENTS.md instructions for /x", "go on"),
    event("user_message", message="go on"),
    message("assistant", "Done."),
    event("agent_message", message="Done."),
    event("agent_reasoning", text="Hm."),
    item("reasoning", summary=[{"type": "summary_text", "text": "Hm."}]),
    event("exec_command_end", call_id="call_2", command=["bash", "-lc", "ls"], cwd="/x", exit_code=0, stdout="a"),
    event(
        "patch_apply_end", call_id="call_4", success=True, changes={"a.py": {"type": "update", "unified_diff": DIFF}}
    ),
    event("mcp_tool_call_end", call_id="call_7", invocation={"server": "s", "tool": "t"}, result={"Err": "no"}),
    event("dynamic_tool_call_response", call_id="call_8", tool="look", success=False, error="no"),
    event("collab_agent_spawn_end", call_id="call_3", new_thread_id="child"),
    completed("CollabAgentToolCall", id="call_9", tool="spawn_agent", receiver_thread_ids=["child"], prompt="Look"),
    completed("DynamicToolCall", id="call_10", tool="look", content_items=[{"type": "inputText", "text": "a"}]),
    completed("Plan", id="plan_1", text="1. do it"),
    completed("HookPrompt", id="hook_1", fragments=[{"text": "no"}]),
    event("thread_settings_applied", thread_settings={"model": "gpt-5.4", "service_tier": "priority"}),
    event("task_started", turn_id=thread_id(9)),
    event("task_complete", error={"message": '{"error": {"code": 429}}'}),
    event("turn_aborted", reason="interrupted"),
    event("error", message="stream error", codex_error_info={"a": {"http_status_code": 500}}),
    event("thread_name_updated", thread_name="Repair"),
    event("thread_rolled_back", num_turns=1),
    event("entered_review_mode", user_facing_hint="current changes"),
    event("exited_review_mode", review_output={"overall_explanation": "Good."}),
    event("guardian_assessment", status="denied"),
    row("compacted", {"message": "In short", "replacement_history": []}),
    row("brand_new", {}),
]

SHAPES = [msgspec.json.encode(one) for one in _ROWS]
