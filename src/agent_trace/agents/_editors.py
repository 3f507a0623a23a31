"""Where editors of the VS Code family keep what extensions store, system by system."""

from __future__ import annotations

from agent_trace.model.agent import Home

EDITORS = ("Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf")
REMOTES = ("~/.vscode-server", "~/.vscode-remote", "~/.cursor-server", "~/.windsurf-server")
"""What runs on this machine for an editor elsewhere."""


def storages(extension: str) -> tuple[Home, ...]:
    """The folder of an extension in every editor, and in every editor's remote part."""
    below = f"User/globalStorage/{extension}"
    return (
        *(Home(path=f"~/.config/{editor}/{below}", system="linux") for editor in EDITORS),
        *(Home(path=f"~/Library/Application Support/{editor}/{below}", system="macos") for editor in EDITORS),
        *(Home(path=f"$APPDATA/{editor}/{below}", variable="APPDATA", system="windows") for editor in EDITORS),
        *(Home(path=f"{remote}/data/{below}", system="linux") for remote in REMOTES),
    )
