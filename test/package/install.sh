#!/usr/bin/env bash
# Installs the package, as npm packs it, into an empty prefix, and does there what people do. Takes the network, for the
# optional library of the keyring, or does without.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm pack --silent --ignore-scripts --pack-destination "$folder" >/dev/null
export npm_config_cache="$folder/cache" npm_config_update_notifier=false
npm install --silent --no-audit --no-fund --global --prefix "$folder/prefix" "$folder"/otpctl-*.tgz
mkdir "$folder/home"
export HOME="$folder/home" NO_COLOR=1
unset "${!OTPCTL_@}" "${!XDG_@}"
cd "$folder/home"
otpctl="$folder/prefix/bin/otpctl"
expect() { [[ "$2" == *"$1"* ]] || { printf 'expected %s in:\n%s\n' "$1" "$2" >&2; exit 1; }; }

expect 'audit entries  1' "$("$otpctl" store init)"
# The secret of RFC 4226, and its first codes.
expect '"status": "C"' "$("$otpctl" device create hotp --user ada --secret-stdin -o json <<<GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ)"
expect '"success": true' "$("$otpctl" device verify HOTP00000001 755224 -o json)"
again=0
"$otpctl" device verify HOTP00000001 755224 >/dev/null || again=$?
expect 1 "$again"
expect 'HOTP00000001' "$("$otpctl" device list)"
expect 'dry run: nothing' "$("$otpctl" bulk disable-stale --unused-for 1d --dry-run 2>&1)"
expect '"intact": true' "$("$otpctl" audit verify -o json)"
"$otpctl" device create totp --user bob --qr always | grep -q '▄'
"$otpctl" doctor >/dev/null

[ -z "$(find "$folder/prefix/lib/node_modules/otpctl" -maxdepth 1 \( -name src -o -name test -o -name scripts \))" ]
printf 'installed: %s packages, %s\n' \
  "$(find "$folder/prefix" -name package.json -not -path '*/bin/package.json' -path '*/node_modules/*' | wc -l)" \
  "$(du -sh "$folder/prefix" | cut -f 1)"

# Under an older Node, one sentence and exit 2, where this machine has one.
export PATH="/usr/local/bin:/usr/bin:/bin"
if command -v node >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 24 ? 0 : 1)'; then
  old=0
  said=$("$otpctl" device list 2>&1) || old=$?
  expect 2 "$old"
  expect 'error: otpctl needs Node 24.15 or later, and this is ' "$said"
fi
