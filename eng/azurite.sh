# shellcheck shell=bash
# Sourced: installs and runs Azurite, the emulator of Azure Storage.
#   azurite_start    starts one of its own, on free ports, with its data in memory; says in one sentence why if it cannot
#   azurite_start --keep FOLDER    the same with its data in that folder, where the next one finds it; installs no Node.js on its own account
#   AZURITE_CONNECTION    its connection string from then on
#   azurite_stop     stops it; to be called on exit

# shellcheck source=eng/npm.sh
source "$(dirname "${BASH_SOURCE[0]}")/npm.sh"

AZURITE_VERSION=3.37.0
AZURITE_CONNECTION=""
AZURITE_PID=""
AZURITE_HOME=""
AZURITE_KEEP=""

azurite_install() {
  local final
  final="$(npm_folder azurite "$AZURITE_VERSION")"
  AZURITE_MAIN="$final/node_modules/azurite/dist/src/azurite.js"
  if [[ -f "$AZURITE_MAIN" ]]; then
    command -v node >/dev/null 2>&1 || azurite_install_node
    return
  fi

  if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    azurite_install_node || return 1
  fi
  echo "Installing Azurite $AZURITE_VERSION into $final (once, about a minute)."
  npm_install azurite "$AZURITE_VERSION" Azurite && [[ -f "$AZURITE_MAIN" ]]
}

azurite_install_node() {
  if [[ -n "$AZURITE_KEEP" ]]; then
    echo "There is no Azurite: it needs Node.js and npm (https://nodejs.org/), and there is no npm on the PATH." >&2
    return 1
  fi
  if ((EUID != 0)) || ! command -v apt-get >/dev/null 2>&1; then
    echo "Azurite needs Node.js and npm (https://nodejs.org/): there is no npm on the PATH." >&2
    return 1
  fi
  echo "Installing Node.js and npm through apt."
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm; } >/dev/null 2>&1; then
    echo "Azurite needs Node.js and npm (https://nodejs.org/): apt could not install them." >&2
    return 1
  fi
}

azurite_start() {
  local data=(--inMemoryPersistence)
  AZURITE_KEEP=""
  if [[ "${1:-}" == --keep ]]; then
    AZURITE_KEEP="$2"
    data=(--location "$AZURITE_KEEP")
  fi
  azurite_install || return 1
  AZURITE_HOME="$(mktemp -d)"
  : >"$AZURITE_HOME/log"
  # A session of its own where there is setsid: Ctrl-C then reaches only whoever uses it, and azurite_stop ends it after them.
  local apart=""
  if command -v setsid >/dev/null 2>&1; then
    apart=setsid
  fi
  # In memory, where many tests write: on disk, fifty uploads whose connection was reset keep its fifty places to write to for ever, and no other is
  # served. On disk, where one person does: there its index is written every five seconds, and when it is asked to end.
  # It never looks for what could be freed: for each piece of it an index is built anew, and after ten minutes of tests nobody is served for minutes.
  $apart node -e '
    const [main, ...options] = process.argv.slice(1);
    require(`${path.dirname(main)}/blob/utils/constants.js`).DEFAULT_GC_INTERVAL_MS = 2 ** 31 - 1;
    process.argv = [process.argv[0], main, ...options];
    require(main);
  ' -- "$AZURITE_MAIN" --blobPort 0 --queuePort 0 --tablePort 0 \
    "${data[@]}" --skipApiVersionCheck --disableTelemetry --silent >"$AZURITE_HOME/log" 2>&1 </dev/null &
  AZURITE_PID=$!

  local blob="" queue="" table="" tries
  for ((tries = 0; tries < 600; tries++)); do
    blob="$(azurite_port Blob)" queue="$(azurite_port Queue)" table="$(azurite_port Table)"
    if [[ -n "$blob" && -n "$queue" && -n "$table" ]]; then
      # The account and its key are public: every Azurite has them.
      AZURITE_CONNECTION="DefaultEndpointsProtocol=http;AccountName=devstoreaccount1"
      AZURITE_CONNECTION+=";AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
      AZURITE_CONNECTION+=";BlobEndpoint=http://127.0.0.1:$blob/devstoreaccount1"
      AZURITE_CONNECTION+=";QueueEndpoint=http://127.0.0.1:$queue/devstoreaccount1"
      AZURITE_CONNECTION+=";TableEndpoint=http://127.0.0.1:$table/devstoreaccount1;"
      return 0
    fi
    if ! kill -0 "$AZURITE_PID" 2>/dev/null; then
      break
    fi
    sleep 0.1
  done
  echo "Azurite did not start with Node.js $(node --version): \"$(grep -v '^$' "$AZURITE_HOME/log" | tail -n 1)\"." >&2
  azurite_stop
  return 1
}

# The port of one of its services, empty until that service listens.
azurite_port() {
  sed -n "s|^Azurite $1 service is successfully listening at http://127.0.0.1:\([0-9]*\).*|\1|p" "$AZURITE_HOME/log"
}

azurite_stop() {
  if [[ -n "$AZURITE_PID" ]]; then
    kill "$AZURITE_PID" 2>/dev/null || true
    wait "$AZURITE_PID" 2>/dev/null || true
  fi
  if [[ -n "$AZURITE_HOME" ]]; then
    rm -rf "$AZURITE_HOME"
  fi
  AZURITE_PID="" AZURITE_HOME="" AZURITE_CONNECTION=""
}
