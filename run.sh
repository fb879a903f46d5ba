#!/usr/bin/env bash
# Builds, and runs what can be run so far.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=eng/sdk.sh
source eng/sdk.sh
require_sdk

dotnet build bench/Grimoire.Bench -c Release --nologo -v quiet
echo "The app arrives with the Functions host; until then this runs the demo of the embedded engine, as far as there is one."
exec dotnet bench/Grimoire.Bench/bin/Release/net10.0/Grimoire.Bench.dll demo "$@"
