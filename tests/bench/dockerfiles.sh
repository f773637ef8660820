#!/usr/bin/env bash
# Measures in how much processor time and memory large and hostile Dockerfiles are read: "dockerfile ast" of the published binary, best
# of three runs, the whole process from start to end. The last column is the peak above that of a one-line file, in sizes of the input.
# Usage: tests/bench/dockerfiles.sh. Needs /usr/bin/time.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x /usr/bin/time ] || { echo "tests/bench/dockerfiles.sh needs time: apt-get install time" >&2; exit 125; }
[ -x artifacts/buildsharp ] || src/publish.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

repeat() { head -c "$(($1 * ${#2}))" < <(yes "$2" | tr -d '\n'); }

numbered() { seq "$1" | sed "s/.*/$2/"; }

# measure FILE: milliseconds and peak kilobytes, the best of three
measure() {
  for _ in 1 2 3; do /usr/bin/time -f '%U %S %M' -o "$work/time" -a artifacts/buildsharp dockerfile ast "$1" >/dev/null 2>&1 || true; done
  awk '/^[0-9]/ { print $1 + $2, $3 }' "$work/time" | sort -n | head -1
  rm "$work/time"
}

echo 'FROM scratch' >"$work/small"
read -r _ base < <(measure "$work/small")

# row NAME: the file is standard input
row() {
  cat >"$work/input"
  local size seconds peak
  size=$(stat -c %s "$work/input")
  read -r seconds peak < <(measure "$work/input")
  awk -v name="$1" -v size="$size" -v seconds="$seconds" -v peak="$peak" -v base="$base" 'BEGIN {
    printf "%-32s %9.1f MB %7d ms %7.1f MB %7.1fx\n", name, size / 1e6, seconds * 1000, peak / 1000, (peak - base) * 1024 / size }'
}

printf '%-32s %12s %10s %10s %8s\n' input size time peak ratio
{ echo 'FROM a'; numbered 5000 'RUN --network=none echo & \&\& cp a b'; } | row '5,000 instructions'
{ printf 'FROM a\nCOPY <<EOF /x\n'; repeat 655360 'sixteen letters.' | fold -w 64; printf '\nEOF\n'; } | row '10 MB heredoc'
{ printf 'FROM a\nRUN '; repeat 200000 'word '; } | row '1 MB line'
{ printf 'FROM a\nRUN '; head -c 1000000 /dev/zero; } | row '1 MB of null bytes'
{ printf 'FROM a\nRUN '; repeat 1000000 '['; } | row '1 MB of brackets'
{ printf 'FROM a\nENV '; repeat 250000 'a=b '; } | row '1 MB of ENV words'
numbered 100000 'FROM a AS s&' | row '100,000 stages'
numbered 1000000 'FROM a AS s&' | row '1,000,000 stages'
