"""What shell commands are for."""

from __future__ import annotations

import pytest

from agent_trace.analysis.command_work import work_of
from agent_trace.policy.shell import read

WORKS: dict[str, list[str]] = {
    "nothing": ["cd src", "export A=1", "echo done", "sleep 3", "A=1", "true"],
    "look": [
        "ls -la", "cat a", "grep -r x .", "git status", "git log --oneline", "git", "git --version", "git branch", "git branch -a",
        "git tag", "git remote -v", "git remote show origin", "git stash list", "git worktree list", "git config --get user.name",
        "gh pr view 12", "gh run list", "docker ps", "kubectl get pods", "npm ls", "pip show x", "uv pip list", "go env",
        "curl https://example.invalid", "curl -X GET https://example.invalid", "node --version", "make --help", "acme configure --help",
        "java -version", "sed -n 1,5p a",
        "python -m pip list", "cat a > /dev/null", "terraform plan",
    ],
    "change": [
        "rm -rf build", "mv a b", "mkdir x", "chmod +x a", "git add .", "git checkout main", "git branch -d x", "git branch x",
        "git tag v1", "git remote add o u", "git stash", "git commit --dry-run", "git config user.name x", "kill 12",
    ],
    "run": [
        "node app.js", "python app.py", "make all", "curl -X POST https://example.invalid", "curl -d x https://example.invalid",
        "wget https://example.invalid", "curl -o f https://example.invalid", "gh api repos/x", "npm run build", "docker run x",
        "npm start",
    ],
    "edit": ["cat > f", "echo x >> f", "> f", "sed -i s/a/b/ f", "perl -i.bak -pe 1 f", "tee f", "patch -p1", "ls > f.txt"],
    "install": [
        "pip install x", "pip3 install x", "npm ci", "npm i x", "yarn", "yarn add x", "uv sync", "uv pip install x", "apt-get install x",
        "python -m venv .venv", "python3 -m pip install x", "go get x", "cargo add x", "brew install x", "poetry add x",
    ],
    "verify": ["pytest", "python -m pytest", "npm test", "ruff check .", "uv run mypy src", "go test ./...", "npm run lint",
        "mise run lint", "nx test app"],
    "ship": [
        "git commit -m x", "git push", "gh pr create --title x", "gh pr merge 1", "npm publish", "twine upload d", "docker push x",
        "kubectl apply -f x", "terraform apply",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("work", "command"), [(work, one) for work, found in WORKS.items() for one in found])
def test_a_command_is_for(work: str, command: str) -> None:
    assert work_of(read(command).commands[0]) == work
