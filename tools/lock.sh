#!/bin/sh
# Pins and hashes requirements/*.txt for every supported Python at once, without naming where packages come from.
set -eu
cd "$(dirname "$0")/.."

python=$(tools/find_python.sh)
[ -d .venvs/lock ] || "$python" -m venv .venvs/lock
.venvs/lock/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/lock.txt

pin() {
    target=$1
    shift
    .venvs/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --output-file "requirements/$target.txt" "$@"
}

pin dev pyproject.toml requirements/dev.in
pin test pyproject.toml requirements/test.in --constraint requirements/dev.txt
pin run pyproject.toml requirements/run.in --constraint requirements/dev.txt
pin lock requirements/lock.in
