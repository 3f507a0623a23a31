"""Credentials on command lines, by program: what `-p`, `-u`, `-a` or `-w` mean to it."""

from __future__ import annotations

from typing import NamedTuple

from agent_trace.privacy.signs import MAYBE as QUOTE
from agent_trace.privacy.signs import QUOTE as SIGN

WORD = QUOTE + r"(?P<s>[^\s\"'\\|;&]{3,256})"
REST = r"(?:[^\n\r|;&]{0,300}?[ \t])?"
"""What of a command may stand between its name and the option."""
USER = QUOTE + r"[^\s:\"'\\/]{1,100}:(?P<s>[^\s\"'\\]{3,256})"
LOGINS = ("docker", "podman", "az", "oc", "skopeo", "helm registry", "argocd")


class Command(NamedTuple):
    """How a command that holds a credential is found, and the pattern whose group `s` is the credential."""

    starts: str
    lead: str
    pattern: str
    back: int = 0
    """How many bytes before the lead the pattern may begin."""
    begins: str = ""
    """How it begins, where that is before the lead."""


def _option(program: str, options: str) -> Command:
    return Command(program[0], rf"{program}[ \t]", rf"{program}[ \t]{REST}(?:{options}){WORD}")


def _piped(sink: str) -> Command:
    pattern = rf"echo[ \t]+(?:-n[ \t]+)?{WORD}{QUOTE}[ \t]*\|[^\n\r|;&]{{0,300}}?{sink}"
    return Command(sink[0] if sink[0] != "(" else "-", sink, pattern, 700, r"echo[ \t]")


COMMANDS = (
    Command(
        "-",
        rf"-(?:u|U|-user|-proxy-user|a)(?:[ \t=]{{0,4}}|{SIGN}\s{{0,4}},\s{{0,20}}){QUOTE}[^\s:\"'\\/]{{1,100}}:[^\s\"'\\]",
        rf"(?:curl|https?)[ \t]{REST}-(?:[a-z]*u|U|-user|-proxy-user|a)[ \t=]{{0,4}}{USER}",
        400,
        r"(?:curl|https?)[ \t]",
    ),
    *(_option(name, "-p") for name in ("mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump")),
    *(_option(name, r"-P[ \t]*") for name in ("zip", "unzip", "mosquitto_pub", "mosquitto_sub")),
    *(_option(name, r"-p[ \t]*") for name in ("7z [axel]", "mongosh", "mongo", "mongodump", "twine upload")),
    _option("ssh-keygen", r"-[NP][ \t]+"),
    _option("smbclient", r"-U[ \t]+[^\s%]{1,60}%"),
    _option("xfreerdp", r"/p:"),
    Command(
        "-",
        r"--(?:[a-z-]{0,20}stdin|with-token)[^\n\r|;&<]{0,80}(?:<<<|\\{1,8}u003[cC])",
        rf"--(?:[a-z-]{{0,20}}stdin|with-token)[^\n\r|;&<]{{0,80}}<<<[ \t]*{WORD}",
    ),
    _option("sshpass", r"-p[ \t]*"),
    _option("redis-cli", r"-a[ \t]+|--pass[ =]"),
    *(_option(f"{name} login", r"-p[ \t]*|--password[ =]") for name in LOGINS),
    *(_option(f"ldap{name}", r"-w[ \t]+") for name in ("search", "add", "modify", "delete", "whoami", "passwd")),
    _option("gh secret set", r"--body[ =]|-b[ \t]*"),
    _option("wget", "--(?:http-|ftp-)?password="),
    _piped("--[a-z-]{0,20}(?:password|token|pass)-stdin"),
    _piped("sudo[ \t]+-S"),
    _piped("--with-token"),
    _piped("chpasswd"),
    Command("p", r"pass(?:in|out)[ \t]+pass:", rf"pass(?:in|out)[ \t]+pass:{WORD}"),
    Command(
        "h",
        r"htpasswd[ \t]",
        rf"htpasswd[ \t]+-[a-zB]{{0,8}}b[a-zB]{{0,8}}[ \t]+\S{{1,200}}[ \t]+\S{{1,100}}[ \t]+{WORD}",
    ),
)
