# shellcheck shell=bash
# Sourced: what the tests of the dashboard need.
#   browser_install    finds Chromium, or installs it through apt; installs axe-core through npm; says in one sentence why if it cannot
#   BROWSER_CHROMIUM   the program, from then on
#   BROWSER_AXE        the script that looks for what keeps people out, from then on

# shellcheck source=eng/npm.sh
source "$(dirname "${BASH_SOURCE[0]}")/npm.sh"

AXE_VERSION=4.14.1
BROWSER_CHROMIUM=""
BROWSER_AXE=""

browser_install() {
  browser_find || browser_install_chromium || return 1
  npm_install axe-core "$AXE_VERSION" || return 1
  BROWSER_AXE="$NPM_FOLDER/node_modules/axe-core/axe.min.js"
}

browser_find() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [[ -n "$name" ]] && BROWSER_CHROMIUM="$(command -v "$name")"; then
      return 0
    fi
  done
  return 1
}

browser_install_chromium() {
  if ((EUID != 0)) || ! command -v apt-get >/dev/null 2>&1; then
    echo "The dashboard's tests need Chromium: there is none on the PATH. CHROMIUM may say where it is." >&2
    return 1
  fi
  echo "Installing Chromium through apt."
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 || ! browser_find; then
    echo "The dashboard's tests need Chromium: apt could not install it." >&2
    return 1
  fi
}
