# shellcheck shell=bash
# Sourced by run.sh, after state.sh: runs the built app, and catches the key that it shows once.
#   app_choose_port  port 7071 as with `func start`, or a free one; says so, or why the address that was asked for cannot be had
#   app_start        starts it; its log is in $STATE/app.log, without the key
#   APP_PID          its process from then on
#   app_url          where it listens, without a slash at the end; empty as long as it does not
#   app_key          waits for the key and puts it, as a header too, into files for this user alone; nothing if no keys are asked for
#   app_wait         waits for its end; tells the end of its log if it was not asked to end
#   app_stop         lets it finish what it is doing and waits for its end; to be called on exit

APP_DLL=src/Grimoire.Functions/bin/Release/net10.0/Grimoire.Functions.dll
APP_PID=""
APP_LOG_PID=""

port_taken() { (exec 8<>"/dev/tcp/$1/$2") 2>/dev/null; }

app_choose_port() {
  local address="${ASPNETCORE_URLS:-}" host port
  if [[ -z "$address" ]]; then
    port=7071
    if port_taken 127.0.0.1 "$port"; then
      echo "Port $port is taken by something else: the app takes a free one."
      port=0
    fi
    export ASPNETCORE_URLS="http://127.0.0.1:$port"
  elif [[ "$address" =~ ^https?://([^:/;]+|\[[^]]*\]):([0-9]+)/?$ ]]; then
    host="${BASH_REMATCH[1]}" port="${BASH_REMATCH[2]}"
    case "$host" in localhost | '*' | + | 0.0.0.0 | '[::]') host=127.0.0.1 ;; esac
    if ((port != 0)) && port_taken "$host" "$port"; then
      echo "ASPNETCORE_URLS asks for $address, and something listens there already. Stop that, name another address, or unset ASPNETCORE_URLS." >&2
      return 1
    fi
  fi
}

app_start() {
  : >"$STATE/app.log"
  rm -f "$STATE/app.pipe"
  mkfifo "$STATE/app.pipe"
  # What the app says last is read too: its reader ends when the app has.
  (trap '' INT TERM; app_log <"$STATE/app.pipe") &
  APP_LOG_PID=$!
  dotnet "$APP_DLL" "$@" >"$STATE/app.pipe" 2>&1 </dev/null &
  APP_PID=$!
}

# The line with the first key is the one place where it can be had: from here it goes into a file, and into the log without it.
app_log() {
  local line key
  while IFS= read -r line; do
    if [[ "$line" =~ grm_[0-9a-z]{12}_[A-Za-z0-9_-]{43} ]]; then
      key="${BASH_REMATCH[0]}"
      printf '%s\n' "$key" >"$STATE/key.new" && mv "$STATE/key.new" "$STATE/key"
      line="${line//"$key"/grm_…}"
    fi
    printf '%s\n' "$line"
  done >>"$STATE/app.log"
}

app_url() {
  if grep -q 'Functions:' "$STATE/app.log"; then
    sed -n 's|.*Now listening on: \(http[^ ]*\).*|\1|p' "$STATE/app.log" | head -n 1
  fi
}

app_key() {
  local tries
  if [[ "$(printf '%s' "${Security__Keys:-required}" | tr '[:upper:]' '[:lower:]')" == off ]]; then
    : >"$STATE/header"
    return 0
  fi
  for ((tries = 0; tries < 50; tries++)); do
    if [[ -s "$STATE/key" ]]; then
      printf 'Authorization: Bearer %s\n' "$(cat "$STATE/key")" >"$STATE/header"
      cat "$STATE/key"
      return 0
    fi
    sleep 0.1
  done
  echo "The app asks for a key, and the first one was shown before this script could keep it. Put a key into $STATE/key, or start over: ./run.sh --fresh" >&2
  return 1
}

app_wait() {
  local status=0 asked=""
  # A signal ends the waiting, and no more: what is to be done then is done outside of the trap.
  trap 'asked=130' INT
  trap 'asked=143' TERM
  # Of an app that was killed bash has a line of its own to tell, with a line of this script in it.
  wait "$APP_PID" 2>/dev/null || status=$?
  if [[ -n "$asked" ]]; then
    return "$asked"
  fi
  APP_PID=""
  wait "$APP_LOG_PID" || true
  if ((status != 0)); then
    echo "The app ended with exit code $status. The last lines of its log, $STATE/app.log:" >&2
    grep -v '^[[:space:]]*$' "$STATE/app.log" | tail -n 15 | sed 's/^/  /' >&2
  fi
  return "$status"
}

app_stop() {
  if [[ -n "$APP_PID" ]]; then
    kill -TERM "$APP_PID" 2>/dev/null || true
    # Not by `wait`: for a process that ended while another `wait` for it was interrupted, bash may wait for ever.
    while kill -0 "$APP_PID" 2>/dev/null || kill -0 "$APP_LOG_PID" 2>/dev/null; do
      sleep 0.05
    done
  fi
  APP_PID=""
}
