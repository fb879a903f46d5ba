#!/usr/bin/env bash
# Saves a spell over HTTP, casts it and fetches what it makes: eng/azure-smoke.sh URL [KEY]
# Works against any host: `func start`, an Azure Function App, the embedded one. KEY is one of an admin of the account main, where the app asks for one.
# The host may still be starting; GRIMOIRE_SMOKE_SECONDS (120) is how long each wait may take.
set -euo pipefail

if (($# < 1 || $# > 2)); then
  echo "Usage: $0 URL [KEY], e.g. $0 http://localhost:7071" >&2
  exit 2
fi
base="${1%/}/api"
patience="${GRIMOIRE_SMOKE_SECONDS:-120}"
answer="$(mktemp)"
trap 'rm -f "$answer"' EXIT
api_key="${2:-}"

fail() {
  echo "FAILED: $1" >&2
  if [[ -s "$answer" ]]; then
    echo "The last answer: $(head -c 2000 "$answer")" >&2
  fi
  exit 1
}

# call METHOD URL [CURL OPTIONS]: the status code; the body is in $answer. 000 is no answer at all.
# The key is for the app's own functions, and not for the durable API of the host, whose URLs have one of their own.
call() {
  local headers=(-H "Content-Type: application/json")
  if [[ -n "$api_key" && "$2" == "$base"/* ]]; then
    headers+=(-H "Authorization: Bearer $api_key")
  fi
  : >"$answer"
  curl --silent --max-time 30 --output "$answer" --write-out '%{http_code}' -X "$1" "${headers[@]}" "${@:3}" "$2" || true
}

expect() {
  local wanted="$1" what="$2" got
  shift 2
  got="$(call "$@")"
  if [[ "$got" != "$wanted" ]]; then
    fail "$what: $wanted was expected, $got came."
  fi
  echo "ok: $what"
}

# A string of the last answer. URLs are written with \u0026 for &.
field() { grep -o "\"$1\" *: *\"[^\"]*\"" "$answer" | head -n 1 | sed 's/^[^:]*: *"//; s/"$//; s/\\u0026/\&/g' || true; }

# A cast that is not there is answered by the app itself, so the app is up.
SECONDS=0
until [[ "$(call GET "$base/casts/nobody")" == 400 && "$(field code)" == cast.idInvalid ]]; do
  if ((SECONDS >= patience)); then
    fail "the app did not answer within $patience s."
  fi
  sleep 0.5
done
echo "ok: the app answers"

expect 422 "a spell with an unknown tool is refused" PUT "$base/spells/smoke" --data '{"steps":[{"id":"a","tool":"nobody.has"}]}'
[[ "$(field pointer)" == /steps/0/tool ]] || fail "the refusal does not name /steps/0/tool."

spell='{"inputs":{"type":"object","required":["name"]},"steps":[
  {"id":"text","tool":"text.template","with":{"template":"Smoke & {{name}}","values":{"name":"${inputs.name}"}}},
  {"id":"page","tool":"text.artifact","with":{"name":"smoke.txt","text":"${steps.text.output.text}"}}]}'
saved="$(call PUT "$base/spells/smoke" --data "$spell")"
[[ "$saved" == 200 || "$saved" == 201 ]] || fail "the spell was not saved: $saved came."
echo "ok: a spell is saved"

key="smoke-$$-$RANDOM$RANDOM"
inputs='{"inputs":{"name":"mirrors"}}'
expect 202 "a cast is taken" POST "$base/spells/smoke/casts" --data "$inputs" -H "Idempotency-Key: $key"
id="$(field castId)" status_url="$(field statusQueryGetUri)"
[[ -n "$id" && -n "$status_url" ]] || fail "the answer has no castId or no statusQueryGetUri."

expect 202 "the same cast again is taken" POST "$base/spells/smoke/casts" --data "$inputs" -H "Idempotency-Key: $key"
[[ "$(field castId)" == "$id" ]] || fail "it started $(field castId) beside $id."

SECONDS=0
while true; do
  code="$(call GET "$status_url")"
  state="$(field runtimeStatus)"
  case "$code $state" in
    "200 Completed") break ;;
    "200 "* | 4* | 5*) fail "$id did not complete: it is '$state' ($code)." ;;
  esac
  if ((SECONDS >= patience)); then
    fail "$id did not complete within $patience s: it is '$state' ($code)."
  fi
  sleep 0.2
done
echo "ok: $id is completed"

expect 200 "the cast can be read" GET "$base/casts/$id"
expect 200 "its artifact is there" GET "$base/casts/$id/artifacts/page/smoke.txt"
[[ "$(cat "$answer")" == "Smoke & mirrors" ]] || fail "the artifact is not what the spell makes."
expect 409 "what comes too late is refused" POST "$base/casts/$id/cancel"
expect 204 "the cast is removed" DELETE "$base/casts/$id"
echo "passed"
