#!/bin/sh
# Prints the first Python of this machine that is 3.10 or newer and can make environments; 3.11 and later go first.
# `python3` may be too old, missing or a shim that does not run, so each candidate has to prove itself.

account=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f6)

candidates() {
    echo python3
    for minor in 13 12 11 10; do
        echo "python3.$minor"
        for root in "${PYENV_ROOT:-}" "${HOME:-}/.pyenv" "$account/.pyenv"; do
            for found in "$root"/versions/3."$minor".*/bin/python3; do
                [ -x "$found" ] && echo "$found"
            done
        done
    done
    echo /usr/bin/python3
    echo python
}

for oldest in 11 10; do
    for candidate in $(candidates); do
        if "$candidate" -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, $oldest))" >/dev/null 2>&1; then
            command -v "$candidate"
            exit 0
        fi
    done
done

echo "agent-trace needs Python 3.10 or newer with the venv and ensurepip modules, and found none on this machine." >&2
echo "Install one (on Debian and Ubuntu: apt-get install python3 python3-venv) and run this again." >&2
exit 1
