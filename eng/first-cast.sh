# shellcheck shell=bash
# Sourced by run.sh, after state.sh: what somebody sees who runs it for the first time.
#   first_cast URL    saves the sample spells, casts one of them, and tells what happens as it happens
#   FIRST_CAST        the id of that cast, or of one of an earlier run

FIRST_CAST=""

# ask METHOD URL [CURL OPTIONS]: the body of the answer. The key is read from a file, so that no list of processes shows it.
ask() { curl -fsS --max-time 60 -X "$1" -H "@$STATE/header" "${@:3}" "$2"; }

first_cast() {
  save_samples "$1"
  FIRST_CAST="$(ask GET "$1/api/casts?spell=album-cover&status=completed&top=1" | sed -n 's/.*"casts":\[{"id":"\([^"]*\)".*/\1/p')"
  if [[ -n "$FIRST_CAST" ]]; then
    echo "What was cast before is still there: $FIRST_CAST, for one."
    return 0
  fi
  echo "Casting the sample spell album-cover:"
  FIRST_CAST="$(ask POST "$1/api/spells/album-cover/casts" -H 'Content-Type: application/json' --data '{"inputs":{"artist":"Blue Train"}}' | sed -n 's/.*"castId":"\([^"]*\)".*/\1/p')"
  [[ -n "$FIRST_CAST" ]] || return 1
  follow "$1/api/casts/$FIRST_CAST/events"
}

# Spells that are there already are left as they are: somebody may have made others of them.
save_samples() {
  local file name
  # In this order a spell comes after the one that it casts.
  for file in spells/*.json spells/*.yaml; do
    name="${file##*/}"
    ask GET "$1/api/spells/${name%.*}" -o /dev/null 2>/dev/null && continue
    ask PUT "$1/api/spells/${name%.*}" -o /dev/null -H "Content-Type: application/${file##*.}" --data-binary "@$file" || echo "The sample spell $file could not be saved." >&2
  done
}

# Each request waits for what comes next, so that a line is here as soon as its event is.
follow() {
  local page next=0
  while true; do
    page="$(ask GET "$1?after=$next&wait=20")" || return 1
    tell "$page"
    next="$(printf '%s' "$page" | sed -n 's/.*"next":\([0-9]*\).*/\1/p')"
    [[ "$page" != *'"ended":true'* ]] || return 0
  done
}

# A line for each event. In a text that an event carries quotes are escaped, so none of it can be taken for a field.
tell() {
  printf '%s\n' "$1" | awk '{ gsub(/\{"seq":/, "\n&"); print }' | awk -v now="$(date +%H:%M:%S)" '
    function field(name,   text) {
      if (!match($0, "\"" name "\":(\"([^\"\\\\]|\\\\.)*\"|[0-9.]+)")) return ""
      text = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
      gsub(/^"|"$/, "", text)
      return text
    }
    {
      type = field("type"); split(type, word, ".")
      who = word[1] == "cast" ? "cast" : field("step")
      if (match($0, /"item":[0-9]+/)) who = who "[" substr($0, RSTART + 7, RLENGTH - 7) "]"
      what = word[2]
      if (type == "attempt.started") what = "attempt " field("attempt") "  started"
      else if (word[1] == "attempt") what = "attempt " field("attempt") "  " word[2]
      else if (type == "artifact.stored") what = "made " field("artifact")
      else if (type == "llm.usage" || type == "step.started" || type == "cast.created" || type == "") next
      if (what ~ /failed|lost/) what = what ": " field("message")
      if (word[1] == "cast" && field("costUsd") != "") what = what ", for " field("costUsd") " USD"
      printf "  %s  %-12s %s\n", now, who, what
    }'
}
