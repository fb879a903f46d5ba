# shellcheck shell=bash
# Sourced: runs the built sandbox, which stands in for the tools that the samples call.
#   sandbox_start    starts it on port 7072, or a free one; says in one sentence why if it cannot
#   SANDBOX_URL      where it listens from then on, without a slash at the end
#   sandbox_stop     stops it; to be called on exit

SANDBOX_URL=""
SANDBOX_PID=""
SANDBOX_LOG=""

sandbox_start() {
  local port=7072 apart="" tries
  if (exec 8<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    port=0
  fi
  SANDBOX_LOG="$(mktemp)"
  # A session of its own, as Azurite has: Ctrl-C reaches the app first, and sandbox_stop ends this after it.
  if command -v setsid >/dev/null 2>&1; then
    apart=setsid
  fi
  $apart dotnet src/Grimoire.Sandbox/bin/Release/net10.0/Grimoire.Sandbox.dll --urls "http://127.0.0.1:$port" >"$SANDBOX_LOG" 2>&1 </dev/null &
  SANDBOX_PID=$!
  for ((tries = 0; tries < 300; tries++)); do
    SANDBOX_URL="$(sed -n 's|^The sandbox listens on \(http://[0-9.:]*\).*|\1|p' "$SANDBOX_LOG")"
    if [[ -n "$SANDBOX_URL" ]]; then
      return 0
    fi
    if ! kill -0 "$SANDBOX_PID" 2>/dev/null; then
      break
    fi
    sleep 0.1
  done
  echo "The sandbox did not start: \"$(grep -v '^$' "$SANDBOX_LOG" | tail -n 1)\"." >&2
  sandbox_stop
  return 1
}

sandbox_stop() {
  if [[ -n "$SANDBOX_PID" ]]; then
    kill "$SANDBOX_PID" 2>/dev/null || true
    wait "$SANDBOX_PID" 2>/dev/null || true
  fi
  if [[ -n "$SANDBOX_LOG" ]]; then
    rm -f "$SANDBOX_LOG"
  fi
  SANDBOX_PID="" SANDBOX_LOG="" SANDBOX_URL=""
}
