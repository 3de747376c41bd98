#!/bin/sh
# Writes the locks anew from pyproject.toml: hashes for every file, for Linux and macOS, Python 3.11 to 3.13, no address.
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-uv}
if ! command -v "$UV" >/dev/null; then
    python3 -m venv .cache/uv && .cache/uv/bin/python -m pip install --quiet uv && UV=.cache/uv/bin/uv
fi
compile() {
    "$UV" pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade "$@"
}
compile pyproject.toml --extra docs --extra tests --output-file locks/test.lock
compile pyproject.toml --extra docs --constraint locks/test.lock --output-file locks/book.lock
compile pyproject.toml --extra student --constraint locks/test.lock --output-file locks/student.lock
compile --group lite --output-file locks/lite.lock
! grep -nE '://|(^| )/' locks/*.lock || { echo "A lock names an address or a path; see the lines above." >&2; exit 1; }
