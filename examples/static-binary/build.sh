#!/usr/bin/env bash
# Builds the smallest useful image: one static binary from scratch.
set -euo pipefail
cd "$(dirname "$0")"
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp Dockerfile "$context"
cc -static -Os -s -o "$context/greet" greet.c

buildsharp bud --quiet --timestamp 0 --build-arg GREETING=welcome -t greet "$context" >"$context/first"
buildsharp bud --quiet --timestamp 0 --build-arg GREETING=welcome -t greet "$context" >"$context/second"
cmp "$context/first" "$context/second" && echo "built twice, one image: $(cat "$context/first")"

container=$(buildsharp from greet)
buildsharp run "$container" /greet you
buildsharp rm "$container" >/dev/null
