#!/usr/bin/env bash
# Renders a Liquid template with the JSON that comes in: eng/liquid.sh TEMPLATE < data.json
# The library comes from npm, into the folder where Azurite is too.
set -euo pipefail

version=10.24.0
cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/grimoire"
final="$cache/liquidjs-$version"
if [[ ! -d "$final/node_modules/liquidjs" ]]; then
  mkdir -p "$cache"
  unfinished="$(mktemp -d "$cache/.liquidjs-XXXXXX")"
  trap 'rm -rf "$unfinished"' EXIT
  npm install "liquidjs@$version" --prefix "$unfinished" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  # Another one may have been faster.
  node -e 'fs.renameSync(...process.argv.slice(1))' "$unfinished" "$final" 2>/dev/null || [[ -d "$final/node_modules/liquidjs" ]]
fi
NODE_PATH="$final/node_modules" TZ=UTC node -e '
  const { Liquid } = require("liquidjs");
  const [template] = process.argv.slice(1);
  const data = JSON.parse(fs.readFileSync(0, "utf8"));
  new Liquid({ strictFilters: true }).parseAndRender(fs.readFileSync(template, "utf8"), data).then(html => process.stdout.write(html));
' "$1"
