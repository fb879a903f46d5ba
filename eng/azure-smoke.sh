#!/usr/bin/env bash
# Publishes one note over HTTP, from the start to its page: eng/azure-smoke.sh URL [KEY]
# Works against any host: `func start`, an Azure Function App, the embedded one. KEY is a function key, where the host asks for one.
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
function_key="${2:-}"

fail() {
  echo "FAILED: $1" >&2
  if [[ -s "$answer" ]]; then
    echo "The last answer: $(head -c 2000 "$answer")" >&2
  fi
  exit 1
}

# call METHOD URL [CURL OPTIONS]: the status code; the body is in $answer. 000 is no answer at all.
# The key is for the app's own functions: in the header it would go over the one that the host puts into the URLs of its durable API.
call() {
  local headers=(-H "Content-Type: application/json")
  if [[ -n "$function_key" && "$2" == "$base"/* ]]; then
    headers+=(-H "x-functions-key: $function_key")
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

# A note that is not there is answered by the app itself, so the app is up.
SECONDS=0
until [[ "$(call GET "$base/notes/nobody/page")" == 404 && "$(field code)" == note.notFound ]]; do
  if ((SECONDS >= patience)); then
    fail "the app did not answer within $patience s."
  fi
  sleep 0.5
done
echo "ok: the app answers"

expect 400 "a note without a title is refused" POST "$base/notes" --data '{"text":"t"}'
[[ "$(field pointer)" == /title ]] || fail "the refusal does not name /title."

key="smoke-$$-$RANDOM$RANDOM"
note='{"title":"Smoke & mirrors","text":"It works.","approveWithinSeconds":600}'
expect 202 "a note is taken" POST "$base/notes" --data "$note" -H "Idempotency-Key: $key"
id="$(field id)" status_url="$(field statusQueryGetUri)"
[[ -n "$id" && -n "$status_url" ]] || fail "the answer has no id or no statusQueryGetUri."

expect 202 "the same note again is taken" POST "$base/notes" --data "$note" -H "Idempotency-Key: $key"
[[ "$(field id)" == "$id" ]] || fail "it started $(field id) beside $id."

expect 404 "there is no page before the approval" GET "$base/notes/$id/page"
expect 202 "the approval is taken" POST "$base/notes/$id/approval" --data '{"approved":true}'

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

expect 200 "the page is there" GET "$base/notes/$id/page"
grep -q "<h1>Smoke &amp; mirrors</h1>" "$answer" || fail "the page does not show the note."
expect 409 "an answer that comes too late is refused" POST "$base/notes/$id/approval" --data '{"approved":true}'
echo "passed"
