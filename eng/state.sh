# shellcheck shell=bash
# Sourced by run.sh: the folder in which everything is that a run leaves behind and the next one finds.
#   state_open       makes it, and sees to it that nobody else uses it; says in one sentence why if it cannot
#   STATE            the folder from then on
#   state_forget     removes what runs have left there, and says what
#   state_begun_on   what casts are kept in: "azurite", "files" or "account"; empty as long as nothing is
#   state_begin_on   says so for this run and all later ones

STATE=""
STATE_PARTS=(engine files azurite key header storage app.log app.pipe build.log building)
STATE_ROOM_MB=500

state_open() {
  STATE="${GRIMOIRE_HOME:-$PWD/.grimoire}"
  # Keys are in there: nobody else on this machine is to read them.
  umask 077
  if ! mkdir -p "$STATE" 2>/dev/null || ! : 2>/dev/null >>"$STATE/lock"; then
    echo "What is cast cannot be kept in $STATE: it cannot be written to. Name another folder: GRIMOIRE_HOME=... ./run.sh" >&2
    return 1
  fi
  STATE="$(cd "$STATE" && pwd)"
  state_has_room && state_is_ours
}

state_has_room() {
  local free
  free="$(df -Pk "$STATE" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')"
  if [[ "$free" =~ ^[0-9]+$ ]] && ((free < STATE_ROOM_MB)); then
    echo "The disk under $STATE has $free MB left, and $STATE_ROOM_MB MB are wanted. Make room, or name a folder on another disk: GRIMOIRE_HOME=... ./run.sh" >&2
    return 1
  fi
}

# Everything that is started here inherits file 9, so the folder is taken until the last of it has ended, even if this script is killed.
state_is_ours() {
  local user
  exec 9<>"$STATE/lock"
  if command -v flock >/dev/null 2>&1; then
    flock -n 9 && { echo "$$" >"$STATE/lock"; return 0; }
  else
    user="$(cat "$STATE/lock")"
    [[ -z "$user" ]] || ! kill -0 "$user" 2>/dev/null || ! ps -o args= -p "$user" 2>/dev/null | grep -q 'run\.sh' && { echo "$$" >"$STATE/lock"; return 0; }
  fi
  echo "$STATE is in use: by the run that process $(cat "$STATE/lock") began. Stop that one, or give this one a folder of its own: GRIMOIRE_HOME=... ./run.sh" >&2
  return 1
}

state_forget() {
  local part gone=""
  for part in "${STATE_PARTS[@]}"; do
    if [[ -e "$STATE/$part" ]]; then
      rm -rf "${STATE:?}/$part"
      gone+="${gone:+, }$part"
    fi
  done
  if [[ -n "$gone" ]]; then
    echo "Starting over: removed from $STATE all casts, artifacts, spells and keys of earlier runs ($gone)."
  else
    echo "Starting over: there was nothing in $STATE to remove."
  fi
}

state_begun_on() { cat "$STATE/storage" 2>/dev/null || true; }

state_begin_on() { echo "$1" >"$STATE/storage"; }
