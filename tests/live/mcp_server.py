"""A small MCP server on standard input and output, with a tool that works and one that fails."""

from __future__ import annotations

import json
import sys
from typing import Any

TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
TOOLS = [
    {"name": "echo_upper", "description": "Upper-case a text", "inputSchema": TEXT},
    {"name": "always_fails", "description": "Always fails", "inputSchema": {"type": "object", "properties": {}}},
]


def answer(method: str, parameters: dict[str, Any]) -> dict[str, Any] | None:
    """The result of a request; None for a method that is not known."""
    match method:
        case "initialize":
            version = parameters.get("protocolVersion", "2025-06-18")
            about = {"name": "demo", "version": "1.0.0"}
            return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": about}
        case "tools/list":
            return {"tools": TOOLS}
        case "tools/call":
            return called(parameters["name"], parameters.get("arguments") or {})
        case "ping":
            return {}
        case "resources/list":
            return {"resources": []}
        case "prompts/list":
            return {"prompts": []}
    return None


def called(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """What a tool gives back."""
    if tool == "echo_upper":
        text = str(arguments.get("text", "")).upper()
        return {"content": [{"type": "text", "text": text}], "structuredContent": {"result": text}}
    return {"content": [{"type": "text", "text": "demo failure: backend unavailable"}], "isError": True}


def main() -> None:
    """One JSON-RPC message a line."""
    for line in sys.stdin:
        message = json.loads(line)
        key, method = message.get("id"), message.get("method")
        if key is None or method is None:
            continue
        result = answer(method, message.get("params") or {})
        told: dict[str, Any] = {"jsonrpc": "2.0", "id": key}
        unknown = {"error": {"code": -32601, "message": f"no such method {method}"}}
        told.update(unknown if result is None else {"result": result})
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
