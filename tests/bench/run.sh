#!/usr/bin/env bash
# Compares buildsharp with buildah on this machine, side by side: each row runs the two in turn for several rounds and prints the
# medians and the ratio (median over the rounds of buildah/buildsharp). Usage: tests/bench/run.sh [-r ROUNDS] [ROW …]
# Rows: version images from-rm commit-tar commit-one-file bud. Needs root, hyperfine, jq, buildah, runc, busybox-static.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=5
while getopts r: option; do
  case $option in r) rounds=$OPTARG ;; *) exit 125 ;; esac
done
shift $((OPTIND - 1))

missing=()
for tool in hyperfine jq buildah runc busybox mkfs.ext4; do command -v $tool >/dev/null || missing+=("$tool"); done
if [ ${#missing[@]} -gt 0 ]; then
  echo "tests/bench/run.sh needs ${missing[*]}: apt-get install hyperfine jq buildah runc busybox-static e2fsprogs" >&2
  exit 125
fi
[ -x artifacts/buildsharp ] || src/publish.sh
ours=$PWD/artifacts/buildsharp

work=$(mktemp -d)
clean_up() {
  awk -v w="$work/" 'index($5, w) == 1 { print $5 }' /proc/self/mountinfo | sort -r | while read -r mount; do umount -l "$mount"; done
  rm -rf "$work"
}
trap clean_up EXIT

# The stores get a file system of their own, with a journal, so that neither what else the disk is busy with nor what earlier runs have
# left there counts (an ext4 without journal goes past every inode removed in the last minutes, one by one).
truncate -s 8G "$work/disk"
mkfs.ext4 -q "$work/disk"
mkdir "$work/stores" "$work/run"
mount -o loop "$work/disk" "$work/stores"
mount -t tmpfs run "$work/run" # as /run is on most machines

# Each tool has a store of its own; a wrapper hides where it is.
mkdir -p "$work/bin"
for tool in ours theirs; do
  program=$ours
  [ $tool = ours ] || program=$(command -v buildah)
  printf '#!/bin/sh\nexec %s --root %s/%s --runroot %s/%s "$@"\n' "$program" "$work/stores" $tool "$work/run" $tool >"$work/bin/$tool"
  chmod +x "$work/bin/$tool"
done
export PATH="$work/bin:$PATH"

# row NAME PREPARE COMMAND, with the word TOOL standing for the one under test
row() {
  local name=$1 prepare=${2:-true} command=$3 round
  for ((round = 1; round <= rounds; round++)); do
    hyperfine --style none --warmup 1 --runs 3 --export-json "$work/round-$round.json" \
      --prepare "${prepare//TOOL/ours}" "${command//TOOL/ours}" \
      --prepare "${prepare//TOOL/theirs}" "${command//TOOL/theirs}" >"$work/hyperfine.log" 2>&1 ||
      { cat "$work/hyperfine.log" >&2; return 1; }
  done
  jq -rs --arg name "$name" '
    def median: sort | .[length / 2 | floor];
    (map(.results[0].median) | median) as $ours | (map(.results[1].median) | median) as $theirs
    | (map(.results[1].median / .results[0].median) | median) as $ratio
    | [$name, ($ours * 1000 | round), ($theirs * 1000 | round), ($ratio * 10 | round / 10)] | @tsv' "$work"/round-*.json |
    awk -F '\t' '{ printf "%-18s %8s ms %8s ms %8sx\n", $1, $2, $3, $4 }'
}

base_image() {
  for tool in ours theirs; do
    $tool images -q --filter reference=base >/dev/null 2>&1 && [ -n "$($tool images -q --filter reference=base)" ] && continue
    container=$($tool from scratch)
    root=$($tool mount "$container")
    mkdir -p "$root/bin"
    cp "$(command -v busybox)" "$root/bin/"
    ln -s busybox "$root/bin/sh"
    $tool umount "$container" >/dev/null
    $tool config --cmd /bin/sh "$container"
    $tool commit -q --rm "$container" base >/dev/null
  done
}

payload() { # 170 MB in 4,000 files, half of it compressible
  [ -e "$work/payload.tar" ] && return
  mkdir "$work/payload"
  for ((i = 0; i < 40; i++)); do
    mkdir "$work/payload/$i"
    head -c 2125000 /dev/urandom | split -b 42500 -a 2 - "$work/payload/$i/r"
    (yes "line $i" || true) | head -c 2125000 | split -b 42500 -a 2 - "$work/payload/$i/t"
  done
  tar -C "$work/payload" -cf "$work/payload.tar" .
  rm -rf "$work/payload"
}

row_version() { row version "" "TOOL --version"; }

row_images() { base_image; row images "" "TOOL images"; }

row_from-rm() { base_image; row from-rm "" 'TOOL rm $(TOOL from base)'; }

row_commit-tar() {
  base_image
  payload
  row commit-tar "TOOL rmi -f filled >/dev/null 2>&1 || true" \
    "c=\$(TOOL from base) && TOOL add -q \$c $work/payload.tar /data && TOOL commit -q --rm \$c filled"
}

row_commit-one-file() {
  base_image
  payload
  for tool in ours theirs; do
    container=$($tool from base)
    $tool add -q "$container" "$work/payload.tar" /data
    $tool commit -q --rm "$container" large >/dev/null
  done
  row commit-one-file "TOOL rmi -f one >/dev/null 2>&1 || true" \
    "c=\$(TOOL from large) && TOOL copy -q \$c tests/bench/run.sh /etc/one && TOOL commit -q --rm \$c one"
}

row_bud() {
  base_image
  mkdir -p "$work/context"
  printf 'FROM localhost/base\nENV A=1\nCOPY Dockerfile /etc/\nRUN true\nRUN echo hello >/greeting\nCMD ["cat", "/greeting"]\n' >"$work/context/Dockerfile"
  row bud "TOOL rmi -f built >/dev/null 2>&1 || true" \
    "TOOL bud --runtime $(command -v runc) --network host -q -t built $work/context"
}

printf '%-18s %11s %11s %9s\n' row buildsharp buildah ratio
if [ $# -eq 0 ]; then
  set -- version images from-rm commit-tar commit-one-file bud
fi
for name in "$@"; do
  if ! declare -F "row_$name" >/dev/null; then
    echo "unknown row \"$name\": choose from version images from-rm commit-tar commit-one-file bud" >&2
    exit 125
  fi
  "row_$name"
done
