"""What rollouts call their records, and what is done with each."""

from __future__ import annotations

ITEMS = frozenset(
    "additional_tools agent_message compaction context_compaction custom_tool_call custom_tool_call_output function_call "
    "function_call_output ghost_snapshot image_generation_call local_shell_call message reasoning tool_search_call "
    "tool_search_output web_search_call".split()
)
"""Types of response items: what went to the model and what came from it."""

QUIET_ROWS = frozenset(
    {
        "inter_agent_communication_metadata",
        "record_type",
        "world_state",
    }
)
"""Types of rows that carry nothing for us: what the model was told of the machine, in pieces that repeat."""

QUIET_ITEMS = frozenset(
    {
        "additional_tools",
        "compaction",
        "compaction_trigger",
        "context_compaction",
        "ghost_snapshot",
    }
)
"""The same among response items: a `compacted` row says what happened."""

QUIET_EVENTS = frozenset(
    "agent_message_content_delta agent_message_delta agent_reasoning_delta agent_reasoning_raw_content_delta "
    "agent_reasoning_section_break apply_patch_approval_request background_event collab_agent_interaction_begin "
    "collab_agent_interaction_end collab_agent_spawn_begin collab_close_begin collab_close_end collab_resume_begin "
    "collab_resume_end collab_waiting_begin collab_waiting_end context_compacted conversation_path "
    "custom_prompts_list_response deprecation_notice dynamic_tool_call_request elicitation_request "
    "exec_approval_request exec_command_begin exec_command_output_delta get_history_entry_response guardian_warning "
    "hook_completed hook_started image_generation_begin item_started list_custom_prompts_response "
    "list_skills_response mcp_list_tools_response mcp_startup_complete mcp_startup_update mcp_tool_call_begin "
    "model_reroute model_verification patch_apply_begin patch_apply_updated plan_delta plan_update raw_response_item "
    "realtime_conversation_closed realtime_conversation_list_voices_response realtime_conversation_realtime "
    "realtime_conversation_sdp realtime_conversation_started reasoning_content_delta reasoning_raw_content_delta "
    "remote_skill_downloaded request_permissions request_user_input safety_buffering session_configured "
    "shutdown_complete skills_update_available stream_error terminal_interaction thread_goal_updated turn_diff "
    "turn_moderation_metadata undo_completed undo_started view_image_tool_call warning web_search_begin".split()
)
"""Types of events that carry nothing beyond what other rows say, or what only a screen needs."""

QUIET_TURN_ITEMS = frozenset(
    {
        "ContextCompaction",
        "EnteredReviewMode",
        "ExitedReviewMode",
        "ImageView",
        "InjectedContext",
        "Sleep",
    }
)
"""Types of completed items that other rows tell as well."""
