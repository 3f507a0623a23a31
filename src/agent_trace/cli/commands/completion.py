"""Print a script that completes agent-trace's commands and flags in a shell: bash, zsh or fish.

\b
bash   agent-trace completion bash > ~/.local/share/bash-completion/completions/agent-trace
zsh    agent-trace completion zsh > ~/.zfunc/_agent-trace   (with fpath+=~/.zfunc before compinit)
fish   agent-trace completion fish > ~/.config/fish/completions/agent-trace.fish

The script asks agent-trace itself, so it knows the commands of every later version.
"""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_AGENT_TRACE_COMPLETE"
"""Through this variable the script asks the program what could follow."""

INSTALL = {
    "bash": "agent-trace completion bash > ~/.local/share/bash-completion/completions/agent-trace",
    "zsh": "agent-trace completion zsh > ~/.zfunc/_agent-trace, with `fpath+=~/.zfunc` before compinit in ~/.zshrc",
    "fish": "agent-trace completion fish > ~/.config/fish/completions/agent-trace.fish",
}

arguments = [click.Argument(["shell"], type=click.Choice(SHELLS))]


def run(shell: str) -> None:
    """Print the script."""
    click.echo(script(shell))


def script(shell: str) -> str:
    """The script with how to install it in a comment. zsh reads the first line, so the comment comes after it."""
    from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

    from agent_trace.cli.main import program

    kinds: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    # the method of the parent: bash's own starts a bash to ask for its version
    source = ShellComplete.source(kinds[shell](program, {}, "agent-trace", VARIABLE)).strip("\n")
    comment = f"# install: {INSTALL[shell]}"
    first, _, rest = source.partition("\n")
    return f"{first}\n{comment}\n{rest}" if first.startswith("#") else f"{comment}\n{source}"
