#!/bin/sh
# Says in one sentence what is missing on this machine, or says nothing.
# Usage: build/prerequisites.sh serve|check|test [python program]
set -eu
purpose=${1:?serve, check or test}
python=${2:-python3}

missing=""
packages=""
need() { # what is missing, the Debian packages that bring it
    missing="${missing:+$missing, }$1"
    packages="${packages:+$packages }$2"
}

if ! command -v "$python" >/dev/null 2>&1; then
    need "Python 3.11 or newer (no $python was found)" "python3 python3-venv"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    need "Python 3.11 or newer (found $("$python" -c 'import platform; print(platform.python_version())'))" "python3 python3-venv"
elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    need "Python's venv and ensurepip" "python3-venv"
fi

if ! command -v node >/dev/null 2>&1; then
    need "Node 18 or newer (no node was found)" "nodejs"
elif ! node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; then
    need "Node 18 or newer (found $(node --version))" "nodejs"
fi
command -v npm >/dev/null 2>&1 || need "npm" "npm"

if [ "$purpose" = test ]; then
    # The same names as in build/common/browser.py.
    command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable ||
        need "Chromium" "chromium"
    # The same names as in tests/support/firefox.py.
    command -v firefox-esr || command -v firefox || need "Firefox" "firefox-esr"
fi >/dev/null 2>&1

if [ -n "$missing" ]; then
    echo "error: make $purpose needs $missing; on Debian: apt-get install $packages" >&2
    exit 1
fi
