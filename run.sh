#!/usr/bin/env bash
# Builds the app and runs it, with an Azurite of its own to keep artifacts in. When it ends nothing is left of either.
# Arguments are passed on to the app. Ctrl-C stops it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=eng/sdk.sh
source eng/sdk.sh
# shellcheck source=eng/azurite.sh
source eng/azurite.sh
require_sdk

state="" app=""
stop() {
  trap '' INT TERM
  if [[ -n "$app" ]]; then
    # The app finishes what it is doing before its storage goes away.
    kill -TERM "$app" 2>/dev/null || true
    wait "$app" 2>/dev/null || true
  fi
  azurite_stop
  if [[ -n "$state" ]]; then
    rm -rf "$state"
  fi
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

dotnet build src/Grimoire.Functions -c Release --nologo -v quiet

state="$(mktemp -d)"
export Embedded__State="${Embedded__State:-$state/state}" Artifacts__Folder="${Artifacts__Folder:-$state/artifacts}"
# As with `func start`: on this machine nobody needs a key.
export Embedded__Keys__Enforce="${Embedded__Keys__Enforce:-false}"

if [[ -z "${AzureWebJobsStorage:-}" ]]; then
  if azurite_start; then
    export AzureWebJobsStorage="$AZURITE_CONNECTION"
  else
    echo "Artifacts are kept in files."
  fi
fi

# 7071 as with `func start`; a free port if another run has that one.
if [[ -z "${ASPNETCORE_URLS:-}" ]]; then
  port=7071
  exec 9>"${TMPDIR:-/tmp}/grimoire-$UID-$port.lock"
  if { command -v flock >/dev/null 2>&1 && ! flock -n 9; } || (exec 8<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    port=0
  fi
  export ASPNETCORE_URLS="http://127.0.0.1:$port"
fi

dotnet src/Grimoire.Functions/bin/Release/net10.0/Grimoire.Functions.dll "$@" &
app=$!
status=0
wait "$app" || status=$?
app=""
exit "$status"
