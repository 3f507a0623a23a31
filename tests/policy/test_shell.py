"""What a shell command would execute."""

from __future__ import annotations

import pytest

from agent_trace.policy.shell import Command, Script, read

HERE = 'git commit -m "$(cat <<\'EOF\'\nfix: a `b` $c\n\nbody\'s "q"\nEOF\n)" && ls'

ARGV: dict[str, list[list[str]]] = {
    "": [],
    "ls": [["ls"]],
    "a 'b c' \"d e\" f\\ g": [["a", "b c", "d e", "f g"]],
    "a \"x\\\"y\" 'z'\\''w'": [["a", 'x"y', "z'w"]],
    "a \"b \\n \\$c \\`d\\` \\\\ \\\ne\"": [["a", "b \\n $c `d` \\ e"]],
    "a $'b\\tc\\'d\\\\' $\"e\"": [["a", "b\tc'd\\", "$e"]],
    "a \\\n  b": [["a", "b"]],
    "a; b && c || d | e & f\ng": [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], ["g"]],
    "a |& b": [["a"], ["b"]],
    "a # b; c\nd #e\n#f": [["a"], ["d"]],
    "a#b c#": [["a#b", "c#"]],
    "A=1 B='2 3' c": [["c"]],
    "A=1": [[]],
    "a=(1 2 $(b)) c": [["b"], ["c"]],
    "a[1]=2 b": [["b"]],
    "> f": [[]],
    "a > f 2>&1 < g >> h &> i b": [["a", "b"]],
    "a 2>/dev/null": [["a"]],
    "a 22": [["a", "22"]],
    "(a; b) > f; c": [["a"], ["b"], ["c"]],
    "{ a; b; }; c": [["a"], ["b"], ["c"]],
    "echo {a,b} }": [["echo", "{a,b}", "}"]],
    "if a; then b; elif c; then d; else e; fi; f": [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]],
    "while a; do b; done < f; until c; do d; done": [["a"], ["b"], ["c"], ["d"]],
    "for x in 1 $(a) 3; do b $x; done; c": [["a"], ["b", "$x"], ["c"]],
    "for ((i=0; i<3; i++)); do b; done; c": [["b"], ["c"]],
    "for x\ndo a\ndone\nb": [["a"], ["b"]],
    "case $x in (a|b) c;; *) d ;;& esac; e": [["c"], ["d"], ["e"]],
    "case x in a) b": [["b"]],
    "f() { a; }; f": [["a"], ["f"]],
    "function g { a; }; function h() ( b ); g": [["a"], ["b"], ["g"]],
    "f() a; b": [["b"]],
    "! a; ! ! b": [["a"], ["b"]],
    "[[ -f x && -f y ]] && a": [["[[", "-f", "x"], ["-f", "y", "]]"], ["a"]],
    "((x + 1)) && a": [["a"]],
    "a $((1 + (2))) $(( 3": [["a", "$((1 + (2)))", "$(( 3"]],
    "a ${b:-'}'} ${c\\}} ${d": [["a", "${b:-'}'}", "${c\\}}", "${d"]],
    "a $b $1 $? $": [["a", "$b", "$1", "$?", "$"]],
    "a $(b $(c) d) \"$(e)\" `f \\`g\\``": [["c"], ["b", "$(c)", "d"], ["e"], ["g"], ["f", "$(g)"],
        ["a", "$(b $(c) d)", "$(e)", "$(f \\`g\\`)"]],
    "a <(b) >(c)": [["b"], ["c"], ["a", "$(b)", "$(c)"]],
    "a <<EOF\nb $(c)\nEOF\nd": [["c"], ["a"], ["d"]],
    "a <<-'EOF'\n\tb $(c)\n\tEOF\nd": [["a"], ["d"]],
    "a <<< 'b c'": [["a"]],
    "a <<EOF": [["a"]],
    "a <<EOF\nb": [["a"]],
    "a <<A <<B; b\n1\nA\n2\nB\nc": [["a"], ["b"], ["c"]],
    "bash -c 'a; b' x; c": [["bash", "-c", "a; b", "x"], ["a"], ["b"], ["c"]],
    "bash -lc; sh x.sh; sh -s <<E\na\nE": [["bash", "-lc"], ["sh", "x.sh"], ["sh", "-s"], ["a"]],
    "bash -o pipefail -c 'a | b'": [["bash", "-o", "pipefail", "-c", "a | b"], ["a"], ["b"]],
    "eval 'a b'": [["eval", "a b"], ["a", "b"]],
    "sudo -u me -- env -i A=1 -C d timeout -s KILL 5 nohup nice -n 3 a -b": [["a", "-b"]],
    "env --chdir d -u X a; sudo -D e b": [["a"], ["b"]],
    "command -v a; command a; sudo; time -p a": [["command", "-v", "a"], ["a"], ["sudo"], ["a"]],
    "find . | xargs -n 1 --max-procs 2 rm -f": [["find", "."], ["rm", "-f"]],
    "a ) b; c;; d": [["a"], ["b"], ["c"], ["d"]],
    "a && ; | b": [["a"], ["b"]],
    "a $(b;; c)": [["b"], ["c"], ["a", "$(b;; c)"]],
    HERE: [["cat"], ["git", "commit", "-m", "fix: a `b` $c\n\nbody's \"q\""], ["ls"]],
    "a $(cat <<E\nx $(b)\nE\n)": [["b"], ["cat"], ["a", "$(cat <<E\nx $(b)\nE\n)"]],
    "'a": [["a"]],
    "\"a": [["a"]],
    "a\\": [["a"]],
    "`a": [["a"], ["$(a)"]],
    "$(": [["$("]],
    "((": [],
    "a=(": [[]],
}  # fmt: skip
"""Text → the words of all commands in the order in which they run."""


@pytest.mark.parametrize("text", ARGV)
def test_words(text: str) -> None:
    assert [list(command.argv) for command in read(text).commands] == ARGV[text]


def by_program(text: str) -> dict[str, Command]:
    return {command.program: command for command in read(text).commands}


def test_connectors_and_circumstances() -> None:
    found = by_program("a && b || c; d | e & f $(g) && if h; then i; fi\nj")
    connectors = {name: one.connector for name, one in found.items()}
    assert connectors == {
        "a": "",
        "b": "&&",
        "c": "||",
        "d": ";",
        "e": "|",
        "f": "&",
        "g": "",
        "h": "&&",
        "i": "&&",
        "j": "\n",
    }
    assert {name for name, one in found.items() if one.piped} == {"d"}
    assert {name for name, one in found.items() if one.behind} == {"d", "e"}
    assert {name for name, one in found.items() if one.nested} == {"g"}
    assert {name for name, one in found.items() if one.conditional} == {"i"}


def test_what_stands_beside_the_words() -> None:
    (command,) = read("A=1 sudo B=2 x 2>&1 >o <<E\nbody\nE").commands
    assert [tuple(one) for one in command.assignments] == [("A", "1"), ("B", "2")]
    assert [tuple(one) for one in command.redirections] == [(">&", "1", "2"), (">", "o", ""), ("<<", "E", "")]
    assert (command.documents, command.wrappers, command.argv) == (("body\n",), ("sudo",), ("x",))
    assert [one.literal for one in read("a $b 'c' \"$d\"").commands] == [(True, False, True, False)]


DIRECTORIES: dict[str, str | None] = {
    "x": "",
    "cd a; x": "a",
    "cd a && cd ../b; x": "b",
    "cd /a/./b//c/..; x": "/a/b",
    "cd; x": "~",
    "cd ~/a; x": "~/a",
    "cd a; cd -; x": "",
    "cd -; x": None,
    "pushd a; pushd b; popd; x": "a",
    "popd; x": None,
    "cd $A; x": None,
    "cd $A; cd b; x": None,
    "cd $A; cd /b; x": "/b",
    "(cd a; ls); x": "",
    "{ cd a; }; x": "a",
    "cd a | ls; x": "",
    "y $(cd a; ls); x": "",
    "f() { cd a; }; x": "",
    "bash -c 'cd a; x'": "a",
    "bash -c 'cd a'; x": "",
    "eval 'cd a'; x": "a",
    "env -C a x": "a",
    "cd a; env -C b x": "a/b",
    "cd -P a; x": "a",
    "cd .. ; x": "..",
    "cd ../..; cd a; x": "../../a",
    "cd C:/a; x": "C:/a",
}
"""Text → where `x` runs."""


@pytest.mark.parametrize("text", DIRECTORIES)
def test_directories(text: str) -> None:
    assert by_program(text)["x"].directory == DIRECTORIES[text]


VERDICTS: dict[str, tuple[str, str]] = {
    "a": ("+", "-"),
    "a; b": ("?+", "?-"),
    "a && b": ("++", "??"),
    "a || b": ("??", "--"),
    "a && b || c": ("???", "??-"),
    "a || b && c": ("??+", "???"),
    "! a": ("-", "+"),
    "a | b": ("?+", "?-"),
    "set -o pipefail; a | b": ("?++", "??-"),
    "set -e; a; b": ("+++", "??-"),
    "set -o errexit\na\nb": ("+++", "??-"),
    "a & b": ("?+", "?-"),
    "(a && b)": ("++", "??"),
    "{ a; b; } > f": ("?+", "?-"),
    "if a; then b; fi": ("??", "??"),
    "bash -c 'a && b'": ("?++", "???"),
    "a $(b)": ("?+", "?-"),
    "a && b && c && d && e && f && g && h && i && j && k": ("+" * 11, "?" * 11),
}
"""Text → what success and failure of the whole tell of each command: + done, - failed, ? either."""


def marks(script: Script, succeeded: bool | None) -> str:
    return "".join({True: "+", False: "-", None: "?"}[one.succeeded] for one in script.verdicts(succeeded))


@pytest.mark.parametrize("text", VERDICTS)
def test_verdicts(text: str) -> None:
    script = read(text)
    assert (marks(script, True), marks(script, False)) == VERDICTS[text]
    assert set(marks(script, None)) == {"?"}


def test_what_would_prove_and_what_would_refute() -> None:
    first, second, third, _ = read("a && b || c; d").verdicts(True)
    assert (first.proofs, first.refutations) == ((1,), (2,))
    assert (second.proofs, second.refutations, third.proofs) == ((), (2,), ())
    (negated, _) = read("! a && b").verdicts(None)
    assert (negated.proofs, negated.refutations) == ((), (1,))
    assert len(read(" && ".join("abcdefghijklm")).verdicts(None)[0].proofs) <= 8
    assert read("(a; b) && { c; d; e; f; g; h; i; j; k; }").verdicts(None)[1].proofs == (2, 3, 4, 5, 6, 7, 8, 9)


@pytest.mark.parametrize("text", ["(" * 5000, "$(" * 5000, "`" * 5001, "if " * 5000, "{ " * 5000, "a$(`" * 500, "f() " * 5000,
                                  "bash -c '" + "bash -c \"" * 50, "<<E " * 2000, "((" * 3000, "${" * 3000, "a[" * 9000])  # fmt: skip
def test_however_deep_it_ends(text: str) -> None:
    assert isinstance(read(text), Script)
