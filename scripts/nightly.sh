#!/bin/sh
# Feeds every reader a hundred thousand inputs (OTPCTL_FUZZ_RUNS) where CI feeds a thousand, from a seed that is drawn
# (OTPCTL_FUZZ_SEED) and printed; and kills a batch of decisions before every step of it (OTPCTL_STEPS), where CI draws some.
# Arguments are for vitest:  scripts/nightly.sh test/fuzz/files.test.ts
set -eu
OTPCTL_FUZZ_SEED=${OTPCTL_FUZZ_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
OTPCTL_FUZZ_RUNS=${OTPCTL_FUZZ_RUNS:-100000}
OTPCTL_STEPS=${OTPCTL_STEPS:-1000}
export OTPCTL_FUZZ_SEED OTPCTL_FUZZ_RUNS OTPCTL_STEPS
echo "seed $OTPCTL_FUZZ_SEED, $OTPCTL_FUZZ_RUNS inputs a reader"
[ $# -gt 0 ] || set -- test/fuzz test/processes/batch-killed.test.ts
exec vitest run "$@"
