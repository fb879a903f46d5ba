# shellcheck shell=bash
# Sourced by run.sh, after azurite.sh and state.sh: where the app keeps what casts leave behind.
#   storage_start    starts it, and sets the app's settings for it; says in one sentence what is missing
#   STORAGE          what it is, for people

STORAGE=""

# What was begun on one storage stays there: on another one the engine would know casts of which nothing is to be found.
storage_start() {
  local begun
  begun="$(state_begun_on)"
  export Embedded__State="$STATE/engine" Storage__Folder="$STATE/files"
  if [[ -n "${AzureWebJobsStorage:-}" ]]; then
    storage_is_still account "$begun" || return 1
    STORAGE="the storage account that AzureWebJobsStorage names"
  elif [[ "$begun" == account ]]; then
    echo "What was cast here is in a storage account, and AzureWebJobsStorage does not name it. Set it again, or start over: ./run.sh --fresh" >&2
    return 1
  elif [[ "$begun" == files ]]; then
    STORAGE="files in $STATE/files, as the runs before"
  elif azurite_start --keep "$STATE/azurite"; then
    export AzureWebJobsStorage="$AZURITE_CONNECTION"
    state_begin_on azurite
    STORAGE="an Azurite of its own, with its data in $STATE/azurite"
  elif [[ "$begun" == azurite ]]; then
    echo "What was cast here is in Azurite, without which it cannot be shown. Get Azurite going again, or start over without it: ./run.sh --fresh" >&2
    return 1
  else
    state_begin_on files
    STORAGE="files in $STATE/files"
  fi
}

storage_is_still() {
  if [[ -n "$2" && "$2" != "$1" ]]; then
    echo "What was cast here is not in the storage that AzureWebJobsStorage names (it is in: $2). Unset AzureWebJobsStorage, or take another folder: GRIMOIRE_HOME=... ./run.sh" >&2
    return 1
  fi
  state_begin_on "$1"
}
