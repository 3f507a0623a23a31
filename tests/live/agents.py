"""How each real agent is pointed at the scripted server, started for one prompt, gone on with and forked."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tests.live.script import Step

MCP = Path(__file__).with_name("mcp_server.py")
KEY = "not-a-real-key-0123456789abcdef"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One play of a scenario."""

    home: Path
    repository: Path
    out: Path
    """For settings that the agent is pointed to."""
    url: str
    binary: Path
    options: Mapping[str, Any]


class Program:
    """One agent. Nothing that it does outside its HOME is wanted."""

    package = ""
    """Its name at the package registry."""
    version = ""
    """The one that the expectations are made for."""
    command = ""
    model = "claude-sonnet-4-5"
    session = re.compile(r'"session_id":\s*"([^"]+)"')
    """How its output names the session."""

    def environment(self, run: Run) -> dict[str, str]:
        """Variables that point it at the server and keep it quiet."""
        return {}

    def prepare(self, run: Run) -> None:
        """Settings files."""

    def arguments(self, run: Run, step: Step, session: str | None) -> list[str]:
        """What follows the program's name to give it one prompt."""
        raise NotImplementedError

    def newest(self, run: Run) -> str | None:
        """The session that was active last, where the output names none."""
        return None


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def _demo(**more: Any) -> dict[str, Any]:
    """The MCP server of the scenarios."""
    return {"command": sys.executable, "args": [str(MCP)], **more}


class Claude(Program):
    package, version, command = "@anthropic-ai/claude-code", "2.1.329", "claude"
    model = "claude-sonnet-4-5-20250929"

    def environment(self, run: Run) -> dict[str, str]:
        return {
            "ANTHROPIC_BASE_URL": run.url,
            "ANTHROPIC_API_KEY": f"sk-ant-{KEY}",
            "IS_SANDBOX": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_ERROR_REPORTING": "1",
            "DISABLE_TELEMETRY": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_TMPDIR": str(run.home / ".tmp"),
        }

    def prepare(self, run: Run) -> None:
        _write(run.out / "mcp.json", {"mcpServers": {"demo": _demo(type="stdio")}})

    def arguments(self, run: Run, step: Step, session: str | None) -> list[str]:
        found = ["-p", step.prompt, "--output-format", "stream-json", "--verbose", "--model", self.model]
        found += ["--mcp-config", str(run.out / "mcp.json")]
        found += [] if step.permission else ["--permission-mode", "bypassPermissions"]
        found += ["--resume", session] if session else []
        return found + (["--fork-session"] if step.mode == "fork" else [])


class Codex(Program):
    package, version, command, model = "@openai/codex", "0.169.0", "codex", "gpt-5.5"
    session = re.compile(r'"thread_id":\s*"([^"]+)"')

    def environment(self, run: Run) -> dict[str, str]:
        return {"SCRIPT_KEY": KEY}

    def arguments(self, run: Run, step: Step, session: str | None) -> list[str]:
        flags = ["--dangerously-bypass-approvals-and-sandbox", "--json", "-m", self.model, *self._settings(run)]
        if session is None:
            return ["exec", *flags, step.prompt]
        return ["exec", "fork" if step.mode == "fork" else "resume", *flags, session, step.prompt]

    def _settings(self, run: Run) -> Iterator[str]:
        retries = "request_max_retries=3,stream_max_retries=3"
        served = f'name="script",base_url="{run.url}/v1",wire_api="responses",env_key="SCRIPT_KEY",{retries}'
        pairs = {
            "model_provider": '"script"',
            "model_providers.script": f"{{{served}}}",
            "model_reasoning_summary": '"detailed"',
            "check_for_update_on_startup": "false",
            "analytics.enabled": "false",
            "features.multi_agent": "true",
            "mcp_servers.demo": f'{{command="{sys.executable}",args=["{MCP}"]}}',
        }
        limit = run.options.get("auto_compact_tokens")
        pairs.update({"model_auto_compact_token_limit": str(limit)} if limit else {})
        for name, value in pairs.items():
            yield from ("-c", f"{name}={value}")


class OpenCode(Program):
    package, version, command = "opencode-ai", "1.18.33", "opencode"
    session = re.compile(r'"sessionID":\s*"([^"]+)"')

    def environment(self, run: Run) -> dict[str, str]:
        quiet = ("MODELS_FETCH", "AUTOUPDATE", "LSP_DOWNLOAD", "SHARE")
        found = {f"OPENCODE_DISABLE_{name}": "1" for name in quiet}
        return {**found, "OPENCODE_CONFIG": str(run.out / "opencode.json")}

    def prepare(self, run: Run) -> None:
        limit = {"context": run.options.get("context_tokens", 200_000), "output": 8000}
        cost = {"input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75}
        models = {
            self.model: {"name": "Sonnet", "cost": cost, "limit": limit},
            "small": {"name": "small", "cost": {"input": 1, "output": 5}},
        }
        options = {"baseURL": run.url + "/v1", "apiKey": KEY}
        provider = {"npm": "@ai-sdk/openai-compatible", "name": "Script", "options": options, "models": models}
        config = {
            "model": f"script/{self.model}",
            "small_model": "script/small",
            "autoupdate": False,
            "share": "disabled",
            "provider": {"script": provider},
            "permission": dict.fromkeys(("edit", "bash", "read", "external_directory"), "allow"),
            "mcp": {"demo": {"type": "local", "command": [sys.executable, str(MCP)], "enabled": True}},
        }
        _write(run.out / "opencode.json", config)

    def arguments(self, run: Run, step: Step, session: str | None) -> list[str]:
        found = ["run", "--format", "json", *(["--session", session] if session else [])]
        return [*found, *(["--fork"] if step.mode == "fork" else []), step.prompt]


class Gemini(Program):
    package, version, command, model = "@google/gemini-cli", "0.61.0", "gemini", "gemini-2.5-pro"

    def environment(self, run: Run) -> dict[str, str]:
        return {
            "GEMINI_API_KEY": KEY,
            "GOOGLE_GEMINI_BASE_URL": run.url,
            "GEMINI_CLI_TRUST_WORKSPACE": "true",
            "GEMINI_CLI_SYSTEM_SETTINGS_PATH": str(run.out / "gemini.json"),
        }

    def prepare(self, run: Run) -> None:
        off = {"disableAutoUpdate": True, "disableUpdateNag": True, "enableAutoUpdate": False}
        settings: dict[str, Any] = {
            "general": {**off, "sessionRetention": {"enabled": False}},
            "security": {"auth": {"selectedType": "gemini-api-key"}, "folderTrust": {"enabled": False}},
            "privacy": {"usageStatisticsEnabled": False},
            "mcpServers": {"demo": _demo(trust=True)},
        }
        if "compression_threshold" in run.options:
            settings["model"] = {"compressionThreshold": run.options["compression_threshold"]}
        _write(run.out / "gemini.json", settings)

    def arguments(self, run: Run, step: Step, session: str | None) -> list[str]:
        found = ["-m", self.model, "--yolo", "--output-format", "stream-json"]
        return [*found, *(["--resume", session] if session else []), "-p", step.prompt]


class Pi(Program):
    package, version, command = "@mariozechner/pi-coding-agent", "0.73.1", "pi"
    session = re.compile(r'"type":"session","version":\d+,"id":"([^"]+)"')

    def environment(self, run: Run) -> dict[str, str]:
        return {"SCRIPT_KEY": KEY, "PI_OFFLINE": "1", "PI_SKIP_VERSION_CHECK": "1"}

    def prepare(self, run: Run) -> None:
        model = {
            "id": self.model,
            "name": "Sonnet",
            "reasoning": True,
            "input": ["text"],
            "cost": {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75},
            "contextWindow": run.options.get("context_tokens", 200_000),
            "maxTokens": 8000,
        }
        served = {"baseUrl": run.url, "api": "anthropic-messages", "apiKey": "SCRIPT_KEY", "models": [model]}
        _write(run.home / ".pi/agent/models.json", {"providers": {"script": served}})

    def arguments(self, run: Run, step: Step, session: str | None) -> list[str]:
        found = ["--provider", "script", "--model", self.model, "--mode", "json"]
        on = ["--fork" if step.mode == "fork" else "--session", session] if session else []
        return [*found, *on, step.prompt]


class Qwen(Program):
    package, version, command, model = "@qwen-code/qwen-code", "0.15.10", "qwen", "qwen3-coder-plus"

    def environment(self, run: Run) -> dict[str, str]:
        settings = {"QWEN_CODE_SYSTEM_SETTINGS_PATH": str(run.out / "qwen.json"), "OPENAI_MODEL": self.model}
        return {**settings, "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": run.url + "/v1"}

    def prepare(self, run: Run) -> None:
        settings = {
            "general": {"disableAutoUpdate": True, "enableAutoUpdate": False},
            "privacy": {"usageStatisticsEnabled": False},
            "security": {"auth": {"selectedType": "openai"}},
            "mcpServers": {"demo": _demo(trust=True)},
        }
        _write(run.out / "qwen.json", settings)

    def arguments(self, run: Run, step: Step, session: str | None) -> list[str]:
        on = ["--resume", session] if session else []
        return ["--yolo", "--output-format", "stream-json", *on, "-p", step.prompt]


class Copilot(Program):
    package, version, command = "@github/copilot", "1.0.102", "copilot"
    model = "claude-sonnet-4.5"
    session = re.compile(r'"sessionId":\s*"([^"]+)"')

    def environment(self, run: Run) -> dict[str, str]:
        return {
            "COPILOT_PROVIDER_BASE_URL": run.url + "/v1",
            "COPILOT_PROVIDER_TYPE": "openai",
            "COPILOT_PROVIDER_API_KEY": KEY,
            "COPILOT_MODEL": self.model,
            "COPILOT_OFFLINE": "true",
            "COPILOT_AUTO_UPDATE": "false",
        }

    def prepare(self, run: Run) -> None:
        demo = _demo(type="local", tools=["*"])
        _write(run.home / ".copilot/mcp-config.json", {"mcpServers": {"demo": demo}})

    def newest(self, run: Run) -> str | None:
        logs = (run.home / ".copilot/session-state").glob("*/events.jsonl")
        newest = max(logs, key=lambda path: path.stat().st_mtime, default=None)
        return None if newest is None else newest.parent.name

    def arguments(self, run: Run, step: Step, session: str | None) -> list[str]:
        found = ["--allow-all-tools", "--allow-all-paths", "--no-color", "--output-format", "json"]
        return [*found, *([f"--resume={session}"] if session else []), "-p", step.prompt]


PROGRAMS: Mapping[str, Program] = {
    one.command: one for one in (Claude(), Codex(), OpenCode(), Gemini(), Pi(), Qwen(), Copilot())
}
