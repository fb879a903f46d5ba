# shellcheck shell=bash
# Sourced by the scripts at the root: finds the .NET SDK, or says in one sentence what is missing.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# The command line itself refuses to start on a machine without ICU unless told so.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

require_sdk() {
  local found
  if ! command -v dotnet >/dev/null 2>&1 && [[ -x "${DOTNET_ROOT:-${HOME:-}/.dotnet}/dotnet" ]]; then
    PATH="${DOTNET_ROOT:-$HOME/.dotnet}:$PATH"
  fi
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "Grimoire needs the .NET SDK 10 (https://dotnet.microsoft.com/download): there is no dotnet on the PATH." >&2
    return 1
  fi
  found="$(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | sort -V | tail -n 1 || true)"
  if [[ ! "${found%%.*}" =~ ^[0-9]+$ ]] || ((${found%%.*} < 10)); then
    echo "Grimoire needs the .NET SDK 10 (https://dotnet.microsoft.com/download): the newest one here is ${found:-none}." >&2
    return 1
  fi
}
