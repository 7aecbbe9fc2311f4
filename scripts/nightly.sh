#!/bin/sh
# Feeds every reader a hundred thousand inputs (OTPCTL_FUZZ_RUNS) where CI feeds a thousand, from a seed that is drawn
# (OTPCTL_FUZZ_SEED) and printed. Arguments are for vitest:  scripts/nightly.sh test/fuzz/files.test.ts
set -eu
OTPCTL_FUZZ_SEED=${OTPCTL_FUZZ_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
OTPCTL_FUZZ_RUNS=${OTPCTL_FUZZ_RUNS:-100000}
export OTPCTL_FUZZ_SEED OTPCTL_FUZZ_RUNS
echo "seed $OTPCTL_FUZZ_SEED, $OTPCTL_FUZZ_RUNS inputs a reader"
[ $# -gt 0 ] || set -- test/fuzz
exec vitest run "$@"
