#!/usr/bin/env bash
# Renders a Liquid template with the JSON that comes in: eng/liquid.sh TEMPLATE < data.json
# The library comes from npm, into the folder where Azurite is too.
set -euo pipefail

# shellcheck source=eng/npm.sh
source "$(dirname "${BASH_SOURCE[0]}")/npm.sh"

npm_install liquidjs 10.24.0
NODE_PATH="$NPM_FOLDER/node_modules" TZ=UTC node -e '
  const { Liquid } = require("liquidjs");
  const [template] = process.argv.slice(1);
  const data = JSON.parse(fs.readFileSync(0, "utf8"));
  new Liquid({ strictFilters: true }).parseAndRender(fs.readFileSync(template, "utf8"), data).then(html => process.stdout.write(html));
' "$1"
