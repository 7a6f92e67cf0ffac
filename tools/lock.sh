#!/bin/sh
# Resolve the dependencies for every platform and Python >= 3.11, with hashes, without addresses.
set -eu
uv=$1
common="--universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11"
mkdir -p requirements
printf 'hatchling>=1.27\neditables>=0.5\n' | "$uv" pip compile $common pyproject.toml - -o requirements/base.txt >/dev/null
"$uv" pip compile $common --extra web pyproject.toml -c requirements/base.txt -o requirements/web.txt >/dev/null
"$uv" pip compile $common --extra reports pyproject.toml -c requirements/web.txt -c requirements/base.txt -o requirements/reports.txt >/dev/null
"$uv" pip compile $common --extra fetch pyproject.toml -c requirements/reports.txt -c requirements/web.txt -c requirements/base.txt -o requirements/fetch.txt >/dev/null
"$uv" pip compile $common --extra web --extra reports --extra fetch --group dev pyproject.toml -c requirements/fetch.txt -c requirements/web.txt -c requirements/reports.txt -c requirements/base.txt -o requirements/dev.txt >/dev/null
"$uv" pip compile $common --extra spark pyproject.toml -c requirements/dev.txt -o requirements/spark.txt >/dev/null
if grep -nE 'https?://|--index|--find-links' requirements/*.txt; then
  echo 'the lock names an address; remove it' >&2
  exit 1
fi
