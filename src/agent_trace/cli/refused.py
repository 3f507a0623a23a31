"""Forms of earlier tools that do not work here: what is said instead of `No such command`, and what to do.

It is read only where a form was refused, so that a form that begins to work needs no change here. A key is the leading
words, then flags that stand anywhere (`--format=otlp`: with that value). docs/compatibility.md says the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

Table = Mapping[tuple[str, ...], str]
_LOGS = "the agents' own logs are read without it: `agent-trace sync`"
_SERVER = "the overview in the terminal is `agent-trace`, sessions are `agent-trace list`"
_COSTS = "`agent-trace cost --by project,model` has the sums of this machine"
_GATE = "`agent-trace lint --strict` is a gate over findings"
_REPO = "`agent-trace outcome` and `agent-trace who` tell what sessions did in a repository"
_ONE = "one person's sessions lie on one machine; `agent-trace export` hands them on"
_OTLP = "`agent-trace export --format ndjson` has every event"

LATER: Table = {
    ("hook",): _LOGS, ("setup",): _LOGS, ("init",): _LOGS, ("hook-handler",): _LOGS, ("auto",): _LOGS,
    ("record",): _LOGS, ("record-http",): _LOGS,
    ("mcp",): "`agent-trace COMMAND --json` answers the same questions",
    ("server",): _SERVER, ("dashboard",): _SERVER,
    ("dashboard", "annotate"): "`agent-trace annotate SESSION --date DATE --note TEXT` notes it in a session",
    ("share", "--assignment"): "`agent-trace share SESSION --tier 1` hands on figures alone",
    ("pr-comment",): "`agent-trace outcome SESSION --format markdown` is a text to paste",
    ("audit",): "`agent-trace search --kind tool_call WORD` finds calls",
    ("audit-tools",): _REPO,
    ("verify",): "`agent-trace archive-verify` checks every record that was archived",
    ("policy",): "`agent-trace show SESSION` lists what was read and written, `agent-trace stats` what was run",
    ("watch",): "`agent-trace replay --live` follows a session, `agent-trace statusline` shows its cost and context",
    ("approval",): "`agent-trace replay --live` follows a session",
    ("eval",): _GATE, ("score",): _GATE,
    ("baseline",): "`agent-trace compare A B` judges a session by another one",
    ("regression",): "`agent-trace diff-outcome A B --json` tells whether the second one regressed",
    ("freeze",): "`agent-trace export SESSION` keeps a session as a folder",
    ("sample",): "`agent-trace list --sort findings --limit 10` chooses by what was found",
    ("skills",): "`agent-trace stats SESSION` counts every tool that was called",
    ("drift",): "`agent-trace analyze --since 30d` adds up findings, `agent-trace compare` compares two sessions",
    ("fingerprint",): "`agent-trace stats` has a session's figures",
    ("curve",): "`agent-trace outcomes --by model` has cost and results",
    ("inflation",): "`agent-trace session-cost SESSION --model MODEL` reprices a session",
    ("optimize",): "`agent-trace findings` has a sentence to copy into the agent's instructions for each finding",
    ("context-score",): "`agent-trace token-budget` tells what filled a session's context",
    ("cognitive-debt",): _REPO, ("freshness",): _REPO, ("oncall",): _REPO,
    ("mcp-scan",): "`agent-trace findings --rule unused_mcp` names servers that nobody called",
    ("config-watch",): _REPO,
    ("budget-report",): _COSTS, ("team-report",): _COSTS, ("org-report",): _COSTS, ("tenant",): _COSTS,
    ("compliance",): _ONE, ("compliance-report",): _ONE, ("audit-readiness",): _ONE, ("identity",): _ONE,
    ("workspace",): _ONE, ("rbac",): _ONE, ("auth",): _ONE, ("apply",): _ONE, ("config-diff",): _ONE,
    ("list", "--tenant"): _ONE, ("cost", "--tenant"): _ONE,
    ("export", "--format=otlp"): _OTLP, ("export", "--format=otlp-genai"): _OTLP,
    ("export", "--format=temporal"): _OTLP, ("export", "--format=eu-ai-act"): _OTLP,
    ("export", "--backend"): _OTLP, ("export", "--endpoint"): _OTLP, ("export", "--scores"): _OTLP,
    ("export", "--metrics"): _OTLP, ("export", "--langfuse-host"): _OTLP, ("export", "--dry-run"): _OTLP,
    ("report",): "`agent-trace findings SESSION` and `agent-trace analyze` have findings and cost",
    ("context",): "`agent-trace token-budget` tells what filled the context",
    ("a2a-tree",): "`agent-trace tree` shows sub-agents",
}  # fmt: skip
"""What later work will bring, and what helps until then."""

DECLINED: Table = {
    ("telemetry",): "there is none, so nothing can be switched on or off",
    ("health",): "no score without a definition: `agent-trace findings SESSION` names what went wrong",
    ("backfill-meta",): "every figure is worked out of the logs: `agent-trace sync` brings the index up to date",
    ("start",): "no program has to run beside the agent: its logs are read when you ask",
    ("monitor",): "no program has to run beside the agent: its logs are read when you ask",
    ("setup-db",): "the database is made when it is first needed",
    ("replay", "--format=diff"): "two sessions are compared by `agent-trace diff A B`",
    ("compare", "--rerun"): "agent-trace never starts an agent: run it again, then `agent-trace compare`",
    ("compare", "--tag"): "`agent-trace label SESSION WORD` and `agent-trace list --label WORD` choose by a word",
    ("compaction", "--diff"): "`agent-trace token-budget SESSION` shows every compaction and the context around it",
    ("retention", "clean", "--max-sessions"): "age alone decides: `agent-trace forget --before 90d`",
    ("retention", "clean", "--max-size-mb"): "age alone decides: `agent-trace forget --before 90d`",
    ("postmortem", "--list"): "`agent-trace list` shows every session's state; a post-mortem is made when you ask",
    ("postmortem", "--stale-after"): "a session that broke off is known by its log",
    ("postmortem", "--agents-md"): "`agent-trace findings` has the sentences for the agent's instructions",
    ("cost", "--live-pricing"): "nothing is fetched unless you ask: `agent-trace prices-update`",
    ("export", "--anonymize-config"): "`config/privacy.yml` holds your own patterns: `agent-trace redact`",
    ("capture", "session", "--inspect-file", "--inspect-terminal"): "one call, one place: leave one of the two out",
    ("analyze", "session", "--with-llm"): "no report asks a model",
    ("api",): "the program that it named was never published; `agent-trace list --json` has the sessions",
    ("--reload",): "a server for the development of another program",
}
"""What will not come, and why."""

RENAMED: Table = {
    ("--trace-dir",): "`AGENT_TRACE_DIR=DIR agent-trace ...`",
    ("timeline", "--model"): "`agent-trace session-cost SESSION --by phase --model MODEL`",
    ("export", "--anonymize"): "`agent-trace export SESSION --tier 2 --mask`",
    ("share", "--postmortem"): "`agent-trace postmortem SESSION --format html -o FILE.html`",
    ("share", "--format"): "`agent-trace share SESSION --check`, and with `--json`",
    ("retention", "status"): "`agent-trace doctor`",
    ("retention", "clean"): "`agent-trace forget --before 90d --dry-run`",
    ("check",): "`agent-trace doctor`",
    ("compaction",): "`agent-trace token-budget SESSION`",
}
"""What is called otherwise."""


def refusal(arguments: Sequence[str]) -> str | None:
    """What to say of a form that was refused; None for what no earlier tool knew."""
    tables = ((RENAMED, "renamed: "), (DECLINED, "declined: "), (LATER, "planned; until then: "))
    found = [(len(key), word + said) for table, word in tables for key, said in table.items() if _fits(key, arguments)]
    return max(found, key=lambda one: one[0])[1] if found else None


def _fits(key: tuple[str, ...], arguments: Sequence[str]) -> bool:
    leading = [word for word in key if not word.startswith("-")]
    if not leading and not "".join(arguments[:1]).startswith("-"):
        return False
    flags = {word.partition("=")[0] for word in arguments}
    told = flags | {f"{flag}={value}" for flag, value in pairwise(arguments)} | {*arguments}
    return list(arguments[: len(leading)]) == leading and all(word in told for word in key if word.startswith("-"))
