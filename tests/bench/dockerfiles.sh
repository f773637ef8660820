#!/usr/bin/env bash
# Measures in how much processor time and memory large and hostile Dockerfiles are read: "dockerfile ast", "stages" and "expand" and
# "bud --check" of the published binary, the whole process from start to end, best of RUNS runs (1). Of each: milliseconds, and the peak
# above that of a one-line file in sizes of the input. A "!" says that the file is refused.
# Usage: tests/bench/dockerfiles.sh [pattern of row names]. Needs /usr/bin/time.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x /usr/bin/time ] || { echo "tests/bench/dockerfiles.sh needs time: apt-get install time" >&2; exit 125; }
[ -x artifacts/buildsharp ] || src/publish.sh

wanted=${1-}
runs=${RUNS-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/context"

repeat() { head -c "$(($1 * ${#2}))" < <(yes -- "$2" | tr -d '\n'); }

lines() { head -n "$1" < <(yes -- "$2"); }

numbered() { seq "$1" | sed "s/.*/$2/"; }

# measure VERB FILE: milliseconds, peak kilobytes, and whether it is refused; the best run
measure() {
  local -a command=(dockerfile "$1" "$2")
  [ "$1" = check ] && command=(bud --check -f "$2" "$work/context")
  local mark
  : >"$work/time"
  for _ in $(seq "$runs"); do
    mark=
    timeout 300 /usr/bin/time -f '%U %S %M' -o "$work/time" -a artifacts/buildsharp "${command[@]}" >/dev/null 2>&1 || mark='!'
  done
  awk -v mark="$mark" '/^[0-9]/ { print ($1 + $2) * 1000, $3, mark }' "$work/time" | sort -n | head -1
}

declare -A base
echo 'FROM scratch' >"$work/small"
for verb in ast stages expand check; do
  read -r _ base[$verb] _ < <(measure "$verb" "$work/small")
done

# row NAME: the file is standard input
row() {
  case $1 in *"$wanted"*) ;; *) cat >/dev/null; return 0 ;; esac
  cat >"$work/input"
  local size milliseconds peak mark verb
  size=$(stat -c %s "$work/input")
  awk -v name="$1" -v size="$size" 'BEGIN { printf "%-30s %6.1f MB", name, size / 1e6 }'
  for verb in ast stages expand check; do
    read -r milliseconds peak mark < <(measure "$verb" "$work/input")
    awk -v ms="$milliseconds" -v size="$size" -v peak="$peak" -v base="${base[$verb]}" -v mark="$mark" 'BEGIN {
      printf " %7d ms %6s", ms, (size < 100000 ? sprintf("%.0fMB", peak / 1000) : sprintf("%.1fx", (peak - base) * 1024 / size)) (mark == "" ? " " : mark) }'
  done
  echo
}

printf '%-30s %9s %17s %17s %17s %17s\n' input size ast stages expand --check
{ echo 'FROM a'; numbered 5000 'RUN --network=none echo & \&\& cp a b'; } | row '5,000 instructions'
{ printf 'FROM a\nCOPY <<EOF /x\n'; repeat 655360 'sixteen letters.' | fold -w 64; printf '\nEOF\n'; } | row '10 MB heredoc'
{ printf 'FROM a\nRUN '; repeat 200000 'word '; } | row 'one line'
{ printf 'FROM a\nRUN '; head -c 1000000 /dev/zero; } | row 'null bytes'
{ printf 'FROM a\nRUN '; repeat 1000000 '['; } | row 'brackets'
{ printf 'FROM a\nENV '; repeat 250000 'a=b '; } | row 'ENV words'
{ printf 'FROM a\nLABEL '; repeat 250000 'a=b '; } | row 'LABEL words'
{ printf 'FROM a\nARG '; repeat 500000 'a '; } | row 'ARG words'
{ printf 'FROM a\nCOPY '; repeat 500000 'a '; echo /b; } | row 'COPY sources'
{ printf 'FROM a\nEXPOSE '; repeat 500000 '1 '; } | row 'EXPOSE ports'
{ printf 'FROM a\nRUN ["a"'; repeat 250000 ',"a"'; echo ']'; } | row 'JSON strings'
{ printf 'FROM a\nHEALTHCHECK CMD '; repeat 500000 'a '; } | row 'HEALTHCHECK words'
{ printf 'FROM a\nRUN '; repeat 250000 '--a '; echo x; } | row 'unknown flags'
{ printf 'FROM a\nRUN '; repeat 35000 '--mount=type=cache,target=/a '; echo x; } | row 'mounts'
{ printf 'FROM a\nCOPY '; repeat 80000 '--exclude=a '; echo x /y; } | row 'excludes'
{ printf 'FROM a\nRUN '; repeat 250000 '<<a '; echo; lines 250000 a; } | row 'heredoc openers'
{ printf 'FROM a\nENV a='; repeat 500000 "'\""; } | row 'quotes'
{ printf 'FROM a\nENV a='; repeat 1000000 '$'; } | row 'dollar signs'
{ printf 'FROM a\nENV a='; repeat 500000 '${'; } | row 'nested substitutions'
{ printf 'FROM a\nRUN x'; lines 500000 '\'; echo y; } | row 'continuations'
{ lines 90000 '# a comment'; echo FROM a; } | row 'comments'
{ echo FROM a; lines 1000000 ''; echo RUN x; } | row 'blank lines'
{ echo FROM a; repeat 125000 'ONBUILD '; echo RUN x; } | row 'ONBUILD chains'
{ printf 'FROM a\nENV v0=x\n'; seq 65000 | awk '{ print "ENV v" $1 "=$v" $1 - 1 }'; } | row '65,000 ENV on each other'
{ printf 'FROM a\nENV a=x\n'; lines 40 'ENV a=$a$a'; } | row '40 doublings'
{ echo FROM a; lines 65000 'CMD x'; } | row '65,000 CMD'
numbered 65000 'FROM a AS s&' | row '65,000 stages'
{ echo FROM a; lines 1000000 'CMD x'; } | row 'too many instructions'
