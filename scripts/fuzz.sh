#!/usr/bin/env bash
# fuzz.sh TIME [PACKAGE...]: runs every fuzz target of the packages, one after
# the other, each for TIME.
set -euo pipefail
cd "$(dirname "$0")/.."

time=${1:?usage: fuzz.sh TIME [PACKAGE...]}
shift
ran=0
for package in $(go list "${@:-./...}"); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "fuzz: $package $target for $time"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package"
		ran=$((ran + 1))
	done
done
echo "fuzz: $ran targets ran for $time each"
