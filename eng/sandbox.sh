# shellcheck shell=bash
# Sourced: runs the built sandbox, which stands in for the tools that the samples call.
#   sandbox_start    starts it on port 7072, or a free one; says in one sentence why if it cannot
#   SANDBOX_URL      where it listens from then on, without a slash at the end
#   sandbox_serve_samples    sets the app's settings so that the sample tools call it, those aside that somebody has set already
#   sandbox_stop     stops it; to be called on exit

SANDBOX_DLL=src/Grimoire.Sandbox/bin/Release/net10.0/Grimoire.Sandbox.dll
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
  $apart dotnet "$SANDBOX_DLL" --urls "http://127.0.0.1:$port" >"$SANDBOX_LOG" 2>&1 </dev/null &
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

sandbox_serve_samples() {
  local service endpoint
  export Tools__Config__SANDBOX="${Tools__Config__SANDBOX:-$SANDBOX_URL}"
  # Of all private addresses this one is allowed.
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
