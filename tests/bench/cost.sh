#!/usr/bin/env bash
# What a change of the network's cost costs, measured with a real NetworkManager in namespaces of its own: bytes that the
# server still sends after the signal at 20 MB/s (median of 20 at most 1 MiB, worst 4 MiB), time until everything is held
# (at most 500 ms) and runs again (at most 3 s), and a thousand flips that lose and leak nothing. Needs root or user
# namespaces, and the packages network-manager, dbus and iproute2.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LONGSHORE_STOPS="${LONGSHORE_STOPS:-20}" LONGSHORE_FLIPS="${LONGSHORE_FLIPS:-1000}"
exec cargo test --release --locked --test suite -- network_manager::stops network_manager::a_network_that_flips --nocapture --test-threads=1
