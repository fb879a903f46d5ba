#!/usr/bin/env bash
# Builds the app and runs it with the sample tools and spells, the sandbox that these call, and an Azurite of its own to keep artifacts in.
# When it ends nothing is left of any of them. Arguments are passed on to the app. Ctrl-C stops it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=eng/sdk.sh
source eng/sdk.sh
# shellcheck source=eng/azurite.sh
source eng/azurite.sh
# shellcheck source=eng/sandbox.sh
source eng/sandbox.sh
require_sdk

state="" app=""
stop() {
  trap '' INT TERM
  if [[ -n "$app" ]]; then
    # The app finishes what it is doing before its storage goes away.
    kill -TERM "$app" 2>/dev/null || true
    wait "$app" 2>/dev/null || true
  fi
  sandbox_stop
  azurite_stop
  if [[ -n "$state" ]]; then
    rm -rf "$state"
  fi
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Where the app listens, once it serves its functions.
app_url() {
  if grep -q 'Functions:' "$state/log"; then
    grep -o -m 1 'http://127\.0\.0\.1:[0-9]*' "$state/log"
  fi
}

# Waits until the app listens, saves the sample spells, and says what to do with them.
show_samples() {
  local url="" file type
  until url="$(app_url)" && [[ -n "$url" ]]; do
    kill -0 "$app" 2>/dev/null || return 0
    sleep 0.1
  done
  if ! command -v curl >/dev/null 2>&1; then
    echo "The sample spells are not saved: there is no curl on the PATH."
    return 0
  fi
  # In this order a spell comes after the one that it casts.
  for file in spells/*.json spells/*.yaml; do
    type="${file##*.}"
    file="${file##*/}"
    if ! curl -fsS -o /dev/null -X PUT -H "Content-Type: application/$type" --data-binary "@spells/$file" "$url/api/spells/${file%.*}"; then
      echo "The sample spell spells/$file could not be saved."
    fi
  done
  cat <<END

Grimoire is at $url with the spells in spells/ and the tools in tools/; what they call is at $SANDBOX_URL.
Artifacts are kept in $artifacts. In another shell:

  id=\$(curl -s --json '{"inputs":{"artist":"Blue Train"}}' $url/api/spells/album-cover/casts | sed 's/.*"castId": *"\([^"]*\)".*/\1/')
  curl -f --retry 9 --retry-all-errors -so cover.png $url/api/casts/\$id/artifacts/image/cover.png
  curl -s $url/api/casts/\$id

spells/README.md tells of the other spells; one of them asks a person.

END
}

dotnet build src/Grimoire.Functions -c Release --nologo -v quiet
dotnet build src/Grimoire.Sandbox -c Release --nologo -v quiet

state="$(mktemp -d)"
export Embedded__State="${Embedded__State:-$state/state}" Storage__Folder="${Storage__Folder:-$state/storage}"
# On this machine nobody needs a key: not for the app, and, as with `func start`, not for the HTTP API of Durable Functions.
export Security__Keys="${Security__Keys:-off}" Embedded__Keys__Enforce="${Embedded__Keys__Enforce:-false}"

artifacts="Blob storage, container ${Storage__Container:-grimoire}"
if [[ -z "${AzureWebJobsStorage:-}" ]]; then
  if azurite_start; then
    export AzureWebJobsStorage="$AZURITE_CONNECTION"
    artifacts="Azurite, container ${Storage__Container:-grimoire}"
  else
    artifacts="$Storage__Folder"
  fi
fi

# The samples call the sandbox: of all private addresses, this one is allowed. A model of one's own is a setting away.
sandbox_start
export Tools__Config__SANDBOX="${Tools__Config__SANDBOX:-$SANDBOX_URL}"
export Egress__Allow="${Egress__Allow:+$Egress__Allow,}${SANDBOX_URL#http://}"
# What signs the sandbox's callbacks is no secret: it is for the sandbox alone.
if [[ -z "${Tools__Config__REPLICATE_ENDPOINT:-}" ]]; then
  export Tools__Secrets__REPLICATE_WEBHOOK_SECRET="${Tools__Secrets__REPLICATE_WEBHOOK_SECRET:-whsec_c2FuZGJveC13ZWJob29rLXNlY3JldA==}"
fi
for service in REPLICATE:replicate/v1 COMFYDEPLOY:comfydeploy/api FAL:fal; do
  endpoint="Tools__Config__${service%%:*}_ENDPOINT"
  if [[ -z "${!endpoint:-}" ]]; then
    export "$endpoint=$SANDBOX_URL/${service#*:}" "Tools__Secrets__${service%%:*}_API_KEY=sandbox-key"
  fi
done
export Tools__Secrets__SANDBOX_HMAC_SECRET="${Tools__Secrets__SANDBOX_HMAC_SECRET:-sandbox-hmac-secret}"
if [[ -z "${Tools__Config__LLM_ENDPOINT:-}" ]]; then
  export Tools__Config__LLM_ENDPOINT="$SANDBOX_URL/v1" Tools__Config__LLM_MODEL="${Tools__Config__LLM_MODEL:-sandbox-small}"
  export Tools__Secrets__LLM_API_KEY="${Tools__Secrets__LLM_API_KEY:-sandbox-key}"
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

: >"$state/log"
dotnet src/Grimoire.Functions/bin/Release/net10.0/Grimoire.Functions.dll "$@" > >(trap '' INT && exec tee "$state/log") 2>&1 &
app=$!
show_samples
status=0
wait "$app" || status=$?
app=""
exit "$status"
