#!/usr/bin/env bash
# Builds everything without a warning, runs every test project, ends with "N passed, N failed".
# Arguments are passed on to `dotnet test`, e.g. ./test.sh --filter FullyQualifiedName~Timers
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=eng/sdk.sh
source eng/sdk.sh
# shellcheck source=eng/azurite.sh
source eng/azurite.sh
# shellcheck source=eng/browser.sh
source eng/browser.sh
require_sdk

build=(Functions.sln -c Release --nologo -v minimal -warnaserror "-warnnotaserror:NU1901;NU1902;NU1903;NU1904")
if [[ "${CI:-}" == true ]]; then
  # One compiler for all projects, which is warm from the second one on, halves the time. It may not outlive the run, and nothing else is to be left either.
  build+=(-nodeReuse:false -p:UseRazorBuildServer=false -p:UseSharedCompilation=true)
fi
built=0
dotnet build "${build[@]}" || built=$?
if [[ "${CI:-}" == true ]]; then
  dotnet build-server shutdown --vbcscompiler >/dev/null
fi
if ((built != 0)); then
  echo "The build failed: no test was run."
  exit 1
fi

# The tests start hundreds of processes that live for seconds: instrumenting code for a later that does not come takes a tenth of the time of all.
export DOTNET_TieredPGO=0

results="$(mktemp -d)"
trap 'azurite_stop; rm -rf "$results"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What the tests against Azurite connect to; where there is none they are skipped, and the reason is printed here.
if [[ -z "${GRIMOIRE_AZURITE:-}" ]] && azurite_start; then
  export GRIMOIRE_AZURITE="$AZURITE_CONNECTION"
fi
if [[ -z "${GRIMOIRE_AZURITE:-}" ]]; then
  echo "The tests against Azurite are skipped."
fi

# The browser that the tests of the dashboard drive.
if [[ -z "${GRIMOIRE_CHROMIUM:-}" ]] && browser_install; then
  export GRIMOIRE_CHROMIUM="$BROWSER_CHROMIUM" GRIMOIRE_AXE="$BROWSER_AXE"
  # Pictures of every page, to look at when a test fails, or when none does.
  export GRIMOIRE_SCREENSHOTS="${GRIMOIRE_SCREENSHOTS:-$PWD/artifacts/screenshots}"
fi
if [[ -z "${GRIMOIRE_CHROMIUM:-}" ]]; then
  echo "The tests in a browser are skipped."
fi

# The value of one counter in a result file.
counter() { grep -o '<Counters [^>]*>' "$1" | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*'; }

# "skipped: name: reason" for every skipped test in a result file.
skips() {
  awk '/<UnitTestResult / { name = ""; if (/ outcome="NotExecuted"/ && match($0, / testName="[^"]*"/)) name = substr($0, RSTART + 11, RLENGTH - 12) }
       /<Message>/ && name != "" { sub(/^ *<Message>/, ""); sub(/<\/Message>.*/, ""); print "skipped: " name ": " $0; name = "" }' "$1" \
    | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g'
}

# Tests that each fail slowly must not take the whole run with them.
limit=()
if [[ "${CI:-}" == true ]]; then
  limit=(timeout --kill-after=30s 30m)
fi

passed=0 failed=0 skipped=0
while IFS= read -r project; do
  name="$(basename "$project" .csproj)"
  echo
  echo "== $name"
  status=0
  "${limit[@]}" dotnet test "$project" --no-build -c Release --nologo \
    --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --blame-hang-timeout 10m --blame-hang-dump-type none "$@" || status=$?

  project_failed=0
  if [[ -f "$results/$name.trx" ]] && grep -q '<Counters ' "$results/$name.trx"; then
    total="$(counter "$results/$name.trx" total)"
    executed="$(counter "$results/$name.trx" executed)"
    project_passed="$(counter "$results/$name.trx" passed)"
    project_failed=$((executed - project_passed))
    passed=$((passed + project_passed))
    skipped=$((skipped + total - executed))
    skips "$results/$name.trx"
  fi
  if ((status == 124 || status == 137)); then
    echo "$name did not end within 30 minutes and was stopped; counted as one failure."
    project_failed=$((project_failed + 1))
  elif ((status != 0 && project_failed == 0)); then
    echo "$name ended with exit code $status and no failed test: its test process died or could not start; counted as one failure."
    project_failed=1
  fi
  failed=$((failed + project_failed))
done < <(find tests -name '*.Tests.csproj' -not -path '*/bin/*' -not -path '*/obj/*' | sort)

echo
if ((passed + failed == 0)); then
  echo "No test was run."
fi
summary="$passed passed, $failed failed"
if ((skipped > 0)); then
  summary+=", $skipped skipped"
fi
echo "$summary"
((failed == 0 && passed > 0))
