#!/usr/bin/env bash
# Builds the app and runs it, with the sandbox of tools that the sample spells call, and an Azurite if there can be one. Casts a sample spell,
# shows what happens, and says what to do next. Ctrl-C stops all of it; what was cast is kept in .grimoire and is there again the next time.
#
#   ./run.sh              goes on with what earlier runs have left
#   ./run.sh --fresh      removes that first
#   ./run.sh -- ARGS      passes ARGS on to the app
#
#   GRIMOIRE_HOME         another folder than .grimoire
#   ASPNETCORE_URLS       another address than http://127.0.0.1:7071
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for part in sdk state azurite storage sandbox app first-cast; do
  # shellcheck disable=SC1090
  source "eng/$part.sh"
done

fresh="" started="" teller=""
while (($# > 0)); do
  case "$1" in
    --fresh) fresh=yes ;;
    --help | -h) sed -n '2,/^set/{/^set/d; s/^# \{0,1\}//; p;}' run.sh; exit 0 ;;
    --) shift; break ;;
    *) echo "run.sh does not know '$1': what is for the app comes after --. See ./run.sh --help" >&2; exit 2 ;;
  esac
  shift
done

stop() {
  trap '' INT TERM
  if [[ -n "$teller" ]]; then
    kill "$teller" 2>/dev/null || true
  fi
  # The app finishes what it is doing before its storage goes away.
  app_stop
  sandbox_stop
  azurite_stop
  if [[ -n "$started" ]]; then
    echo "Stopped. What was cast is kept in $STATE."
  fi
}

built=src/Grimoire.Functions/bin/run.built

# The files that a build reads. The command line builds itself.
sources() {
  find src tools eng Directory.* .editorconfig host.json \( -name bin -o -name obj -o -path src/Grimoire.Cli \) -prune -o -type f "$@" -print 2>/dev/null || true
}

# Whether something has changed since this script has built what it starts. $built lists the files that there were then: one that is gone counts too.
must_build() {
  [[ ! -f "$built" || ! -f "$APP_DLL" || ! -f "$SANDBOX_DLL" ]] ||
    [[ -n "$(sources -newer "$built")" || "$(sources | sort)" != "$(cat "$built")" ]]
}

build() {
  local project
  if ! must_build; then
    return 0
  fi
  echo "Building (the first time takes a minute or two)."
  # From before: what is changed while it builds is built the next time.
  sources | sort >"$STATE/building"
  for project in Grimoire.Functions Grimoire.Sandbox; do
    # A server of the build may live on, and must not hold the folder of this run.
    if ! dotnet build "src/$project" -c Release --nologo -v quiet -p:RunAnalyzers=false >"$STATE/build.log" 2>&1 9>&-; then
      cat "$STATE/build.log" >&2
      echo "The build of src/$project failed, for what stands above. Nothing was started." >&2
      return 1
    fi
  done
  mkdir -p "${built%/*}"
  mv "$STATE/building" "$built"
}

# Everything that is said once the app listens.
show() {
  local url="" key
  until url="$(app_url)" && [[ -n "$url" ]]; do
    sleep 0.1
  done
  key="$(app_key)" || return 0
  echo
  echo "Grimoire is at $url; the tools that the samples call are at $SANDBOX_URL."
  if command -v curl >/dev/null 2>&1; then
    first_cast "$url" || echo "The sample spell could not be cast, or not be followed to its end; the app's log, $STATE/app.log, may say why." >&2
    show_what_next "$url" "$key"
  else
    echo "There is no curl on the PATH: the sample spells are not saved, and none is cast. Install curl and start again, or go on in a browser."
    show_dashboard "$url" "$key"
  fi
  echo "Ctrl-C stops everything; the next ./run.sh goes on with what was cast (kept in $STATE), ./run.sh --fresh starts over."
}

show_dashboard() { echo "  In a browser:  $1/${2:+#key=$2}"; }

show_what_next() {
  local url="$1" auth=""
  echo
  show_dashboard "$url" "$2"
  echo "  In another shell:"
  echo
  if [[ -n "$2" ]]; then
    echo "    KEY=\$(cat '$STATE/key')"
    auth='-H "Authorization: Bearer $KEY" '
  fi
  cat <<END
    curl -s $auth$url/api/casts/$FIRST_CAST
    curl -s $auth-o cover.png $url/api/casts/$FIRST_CAST/artifacts/image/cover.png
    curl -s $auth--json '{"inputs":{"artist":"Ada"}}' $url/api/spells/album-cover/casts

END
  if [[ -x ./grimoire ]]; then
    show_command_line "$url" "$2"
  fi
}

# Of what the command line has to be told only that which it would not take for granted.
show_command_line() {
  local told=""
  [[ "$1" == http://127.0.0.1:7071 ]] || told+=" GRIMOIRE_URL=$1"
  [[ -z "$2" ]] || told+=" GRIMOIRE_KEY=\"\$(cat '$STATE/key')\""
  echo "  Or with the command line of its own (--help tells the rest):"
  echo
  [[ -z "$told" ]] || echo "    export$told"
  echo "    '$PWD/grimoire' cast album-cover --input artist=Ada --watch"
  echo
}

require_sdk
state_open
[[ -z "$fresh" ]] || state_forget
app_choose_port
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

build
storage_start
echo "What is cast is kept in $STORAGE."
sandbox_start
sandbox_serve_samples
app_start "$@"
started=yes
show &
teller=$!
app_wait
