#!/bin/sh
# Installs IntuneCD into a virtual environment, builds the product, and measures both. Settings: see README.md.
set -eu
export PYTHONDONTWRITEBYTECODE=1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
target="${CARGO_TARGET_DIR:-$root/target}"

# Nothing installed is committed; versions are exact.
if ! cmp -s "$here/requirements.txt" "$target/intunecd/installed.txt"; then
    rm -rf "$target/intunecd"
    mkdir -p "$target"
    python3 -m venv "$target/intunecd"
    "$target/intunecd/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$target/intunecd/installed.txt"
fi

if [ -z "${PROGRAM:-}" ]; then
    (cd "$root" && cargo build --quiet --release --locked --package app)
    PROGRAM="$target/release/tenantatlas"
    # Only figures of a release build of all belong into the document.
    DOCUMENT="${DOCUMENT-$root/docs/BENCHMARKS.md}"
fi
PYTHON="$target/intunecd/bin/python"
DOCUMENT="${DOCUMENT:-}"
export PROGRAM PYTHON DOCUMENT
exec "$PYTHON" -u "$here/measure.py"
