#!/usr/bin/env bash
# Runs words.sh, a script of a dozen lines, three times: the second run executes nothing, the third what depends on a changed file.
set -euo pipefail
script=$(realpath "$(dirname "$0")/words.sh")
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cd "$context"
mkdir -p root/bin
cp "$(command -v busybox)" root/bin/
ln -s busybox root/bin/sh
ln -s busybox root/bin/sort
ln -s busybox root/bin/wc
ln -s busybox root/bin/cat

printf 'wolf\nant\n' >words.txt
echo "first run" && "$script" 2>&1
echo "second run" && "$script" 2>&1
echo cat >>words.txt
echo "third run, with another word" && "$script" 2>&1

container=$(buildsharp from words)
buildsharp run "$container" cat /count /sorted
buildsharp rm "$container" >/dev/null
