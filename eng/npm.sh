# shellcheck shell=bash
# Sourced: installs packages from npm, outside of the repository, once for all checkouts.
#   npm_folder PACKAGE VERSION            prints the folder that it is in, or would be: below it is node_modules
#   npm_install PACKAGE VERSION [NAME]    installs it if it is not there; says in one sentence why if it cannot. NAME is what people call it
#   NPM_FOLDER                            its folder, from then on

NPM_FOLDER=""

npm_folder() { printf '%s\n' "${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/grimoire/$1-$2"; }

npm_install() {
  local package="$1" name="${3:-$1}" cache
  NPM_FOLDER="$(npm_folder "$1" "$2")"
  cache="${NPM_FOLDER%/*}"
  if [[ -d "$NPM_FOLDER/node_modules/$package" ]]; then
    return 0
  fi
  if ! command -v npm >/dev/null 2>&1; then
    echo "$name needs npm (https://nodejs.org/): there is none on the PATH." >&2
    return 1
  fi
  # Two runs at once each install into a folder of their own; the first to finish has it renamed to its final name.
  # A shell of its own, whose end removes what is unfinished: whoever sources this has traps for other things.
  (
    unfinished=""
    trap '[[ -z "$unfinished" ]] || rm -rf "$unfinished"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if ! mkdir -p "$cache" || ! unfinished="$(mktemp -d "$cache/.$package-XXXXXX")"; then
      echo "$name could not be installed: $cache cannot be written to." >&2
      exit 1
    fi
    # Nothing in them has to be compiled, so no package gets to run a script.
    if ! npm install "$package@$2" --prefix "$unfinished" --ignore-scripts --no-audit --no-fund --loglevel=error >"$unfinished/install.log" 2>&1; then
      echo "$name could not be installed: npm says \"$(grep -v '^$' "$unfinished/install.log" | head -n 1)\"." >&2
      exit 1
    fi
    # rename(2), which fails if another run has finished first; mv would move into that one's folder.
    if ! node -e 'fs.renameSync(...process.argv.slice(1))' "$unfinished" "$NPM_FOLDER" 2>/dev/null && [[ ! -d "$NPM_FOLDER/node_modules/$package" ]]; then
      echo "$name could not be installed: $unfinished cannot be renamed to $NPM_FOLDER." >&2
      exit 1
    fi
  )
}
