#!/usr/bin/env bash
# Compares buildsharp with buildah on this machine, side by side: each row runs the two in turn for several rounds and prints the
# medians and the ratio (median over the rounds of buildah/buildsharp). Copies between other places are compared with skopeo, and
# transfers tell the peak memory of both and what the pushed layers weigh. Rows of builds.sh are compared with BuildKit, too, where Debian's
# dockerd starts, and with the bars that they have to reach. Usage: tests/bench/run.sh [-r ROUNDS] [ROW …]
# Needs root, a loop device, 8 GB of room in $TMPDIR, and what it asks for below. All rows take some ten minutes on a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

rows=(version images list-1000 from-rm from-60-layers commit-tar commit-one-file run run-chroot bud bud-cached
  steps steps-cached tree tree-cached stages crowd
  pull-one-layer pull-30-layers push copy)
rounds=5
while getopts r: option; do
  case $option in r) rounds=$OPTARG ;; *) exit 125 ;; esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- "${rows[@]}"
for name in "$@"; do
  [[ " ${rows[*]} " == *" $name "* ]] || { echo "unknown row \"$name\": choose from ${rows[*]}" >&2; exit 125; }
done

missing=()
for tool in hyperfine jq buildah skopeo docker-registry curl time runc busybox mkfs.ext4 mmdebstrap; do command -v $tool >/dev/null || missing+=("$tool"); done
if [ ${#missing[@]} -gt 0 ]; then
  echo "tests/bench/run.sh needs ${missing[*]}: apt-get install hyperfine jq buildah skopeo docker-registry curl time runc busybox-static e2fsprogs mmdebstrap" >&2
  exit 125
fi
[ -x artifacts/buildsharp ] || src/publish.sh

work=$(mktemp -d)
registry_process=
daemon_process=
clean_up() {
  [ -z "$registry_process" ] || kill "$registry_process"
  [ -z "$daemon_process" ] || { kill "$daemon_process" && wait "$daemon_process" || true; }
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

# Each tool has a store of its own for each kind of row; no shell or wrapper stands between them and the clock.
declare -A program=([ours]=$PWD/artifacts/buildsharp [theirs]=$(command -v buildah))
store=small
command_of() { echo "${program[$1]} --root $work/stores/$1/$store --runroot $work/run/$1/$store"; }
on() { # TOOL ARGUMENT…; buildah's warnings about networks are for the log
  local tool=$1
  shift
  $(command_of "$tool") "$@" 2>>"$work/setup.log" || { tail -5 "$work/setup.log" >&2; return 1; }
}

# row NAME PREPARE COMMAND [PREPARE COMMAND of BuildKit], with the word TOOL standing for the one under test. The medians and ratios are then
# in ours_ms, theirs_ms, ratio, kit_ms and kit_ratio.
row() {
  local name=$1 prepare=${2:-true} command=$3 kit=() ours theirs round
  [ $# -lt 5 ] || kit=(--prepare "${4:-true}" "$5")
  ours=${ours_instead:-$(command_of ours)}
  theirs=${theirs_instead:-$(command_of theirs)}
  for ((round = 1; round <= rounds; round++)); do
    hyperfine --style none --warmup 1 --runs 3 --export-json "$work/round-$round.json" \
      --prepare "${prepare//TOOL/$ours}" "${command//TOOL/$ours}" \
      --prepare "${prepare//TOOL/$theirs}" "${command//TOOL/$theirs}" ${kit[@]+"${kit[@]}"} >"$work/hyperfine.log" 2>&1 ||
      { cat "$work/hyperfine.log" >&2; return 1; }
  done
  read -r ours_ms theirs_ms ratio kit_ms kit_ratio < <(jq -rs '
    def median: sort | .[length / 2 | floor];
    def tenths: . * 10 | round / 10;
    [(map(.results[0].median) | median * 1000 | round), (map(.results[1].median) | median * 1000 | round),
      (map(.results[1].median / .results[0].median) | median | tenths),
      (if .[0].results[2] then (map(.results[2].median) | median * 1000 | round), (map(.results[2].median / .results[0].median) | median | tenths)
        else 0, 0 end)] | map(tostring) | join(" ")' "${round_files[@]}")
  printf '%-18s %8s ms %8s ms %8sx\n' "$name" "$ours_ms" "$theirs_ms" "$ratio"
}

# Fixtures are made once, by buildsharp, and copied for buildah: both read the same stores.
share() {
  mkdir -p "$work/stores/theirs"
  cp -a "$work/stores/ours/$store" "$work/stores/theirs/"
}

base_image() { # COMMAND… run in the container's root
  local container root
  container=$(on ours from scratch)
  root=$(on ours mount "$container")
  mkdir -p "$root/bin"
  cp "$(command -v busybox)" "$root/bin/"
  ln -s busybox "$root/bin/sh"
  on ours umount "$container" >/dev/null
  on ours config --cmd /bin/sh "$container"
  on ours commit -q --rm "$container" base >/dev/null
}

# Images that have nothing to do with what is built, but its base.
thousand_store() {
  local container i
  store=thousand
  [ -e "$work/stores/ours/thousand" ] && return
  base_image
  container=$(on ours from base)
  for ((i = 0; i < 1000; i++)); do
    on ours config --label "number=$i" "$container"
    on ours commit -q "$container" "number:$i" >/dev/null
  done
  on ours rm "$container" >/dev/null
  share
}

small_store() {
  store=small
  [ -e "$work/stores/ours/small" ] && return
  base_image
  share
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

row_images() { small_store; row images "" "TOOL images"; }

row_list-1000() { thousand_store; row list-1000 "" "TOOL images"; }

row_from-rm() { small_store; row from-rm "" 'TOOL rm $(TOOL from base)'; }

# Also how much of it is not the process's start: processor time of from, less that of --version.
row_from-60-layers() {
  local i
  store=layers
  base_image
  mkdir "$work/sixty"
  echo 'FROM localhost/base' >"$work/sixty/Dockerfile"
  for ((i = 2; i <= 60; i++)); do echo "$i" >"$work/sixty/$i" && echo "COPY $i /$i" >>"$work/sixty/Dockerfile"; done
  on ours bud -q --layers -t sixty "$work/sixty" >/dev/null
  share
  row from-60-layers "" "TOOL from sixty"
  # One container at a time: the time of the list of all is not what the row asks.
  hyperfine -N --style none --warmup 3 --runs 50 --export-json "$work/own.json" \
    --prepare "$(command_of ours) rm --all" "$(command_of ours) from sixty" --prepare true "$(command_of ours) --version" >"$work/hyperfine.log" 2>&1
  jq -r '.results | map(.user + .system) | (.[0] - .[1]) * 10000 | round / 10 | "  beyond start-up \(.) ms of processor time"' "$work/own.json"
}

row_commit-tar() {
  small_store
  payload
  row commit-tar "TOOL rmi -f filled >/dev/null 2>&1 || true" \
    "c=\$(TOOL from base) && TOOL add -q \$c $work/payload.tar /data && TOOL commit -q --rm \$c filled"
}

row_commit-one-file() {
  local container
  store=large
  base_image
  payload
  container=$(on ours from base)
  on ours add -q "$container" "$work/payload.tar" /data >/dev/null
  on ours commit -q --rm "$container" large >/dev/null
  share
  row commit-one-file "TOOL rmi -f one >/dev/null 2>&1 || true" \
    "c=\$(TOOL from large) && TOOL copy -q \$c tests/bench/run.sh /etc/one && TOOL commit -q --rm \$c one"
}

run_row() { # NAME ISOLATION
  local container
  store=run
  base_image
  container=$(on ours from base)
  share
  row "$1" "" "BUILDAH_RUNTIME=$(command -v runc) TOOL run --isolation $2 --network host $container sh -c true"
}

row_run() { run_row run oci; }

row_run-chroot() { run_row run-chroot chroot; }

row_bud() {
  small_store
  mkdir -p "$work/context"
  printf 'FROM localhost/base\nENV A=1\nCOPY Dockerfile /etc/\nRUN true\nRUN echo hello >/greeting\nCMD ["cat", "/greeting"]\n' >"$work/context/Dockerfile"
  row bud "TOOL rmi -f built >/dev/null 2>&1 || true" \
    "TOOL bud --runtime $(command -v runc) --network host -q -t built $work/context"
}

# The same again, with every step in the store.
row_bud-cached() {
  local tool
  store=cached
  base_image
  mkdir -p "$work/cached"
  printf 'FROM localhost/base\nENV A=1\nCOPY Dockerfile /etc/\nRUN true\nRUN echo hello >/greeting\nCMD ["cat", "/greeting"]\n' >"$work/cached/Dockerfile"
  share
  for tool in ours theirs; do on $tool bud --layers --runtime "$(command -v runc)" --network host -q -t built "$work/cached" >/dev/null; done
  row bud-cached "" "TOOL bud --layers --runtime $(command -v runc) --network host -q -t built $work/cached"
}

# A real registry on loopback; the port is its own choice.
registry=
start_registry() {
  [ -z "$registry" ] || return 0
  mkdir "$work/stores/registry"
  printf 'version: 0.1\nlog: {level: info}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:0"}\n' \
    "$work/stores/registry" >"$work/registry.yml"
  docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
  registry_process=$!
  for ((i = 0; i < 100; i++)); do
    registry=$(sed -n 's/.*listening on \(127\.0\.0\.1:[0-9]*\).*/\1/p' "$work/registry.log" | head -1)
    [ -n "$registry" ] && return
    sleep 0.1
  done
  cat "$work/registry.log" >&2
  return 1
}

# The root of a Debian 12, some 165 MB, as one layer, and its files as 30.
transfer_images() {
  local container i
  store=transfer
  [ -e "$work/stores/ours/transfer" ] && return
  start_registry
  mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' bookworm "$work/debian.tar" 2>>"$work/setup.log" ||
    { tail -5 "$work/setup.log" >&2; return 1; }
  container=$(on ours from scratch)
  on ours add -q "$container" "$work/debian.tar" / >/dev/null
  on ours commit -q --rm "$container" one-layer >/dev/null
  mkdir "$work/debian" "$work/thirty"
  tar -xf "$work/debian.tar" -C "$work/debian" --exclude='./dev/*'
  (cd "$work/debian" && find . -type f | LC_ALL=C sort) >"$work/files"
  echo 'FROM scratch' >"$work/thirty/Dockerfile"
  split -n l/30 -d "$work/files" "$work/files."
  for i in "$work"/files.[0-9]*; do
    mkdir "$work/thirty/${i##*.}"
    tar -c -C "$work/debian" -T "$i" | tar -xC "$work/thirty/${i##*.}"
    echo "COPY ${i##*.} /" >>"$work/thirty/Dockerfile"
  done
  on ours bud -q --layers -t thirty-layers "$work/thirty" >/dev/null
  rm -rf "$work/thirty" "$work/debian"
  share
}

# What is pulled was compressed by buildah, for both.
pushed_images() {
  transfer_images
  for image in one-layer thirty-layers; do on theirs push -q --tls-verify=false "$image" "docker://$registry/$image:1" >/dev/null; done
  store=pulled
}

# peak PREPARE COMMAND: the most memory that either has taken in one run
peak() {
  local tool command
  for tool in "${ours_instead:-$(command_of ours)}" "${theirs_instead:-$(command_of theirs)}"; do
    eval "${1//TOOL/$tool}"
    command time -f %M -a -o "$work/peak" ${2//TOOL/$tool} >/dev/null 2>>"$work/setup.log"
  done
  awk '{ peak[NR] = $1 * 1024 / 1e6 } END { printf "  peak memory %.0f MB, theirs %.0f MB\n", peak[1], peak[2] }' "$work/peak"
  rm "$work/peak"
}

transfer() { # NAME PREPARE COMMAND
  row "$@"
  peak "$2" "$3"
}

row_pull-one-layer() {
  pushed_images
  transfer pull-one-layer "TOOL rmi -a -f >/dev/null 2>&1 || true" "TOOL pull -q --tls-verify=false docker://$registry/one-layer:1"
}

row_pull-30-layers() {
  pushed_images
  transfer pull-30-layers "TOOL rmi -a -f >/dev/null 2>&1 || true" "TOOL pull -q --tls-verify=false docker://$registry/thirty-layers:1"
}

# Into an empty registry, so that every layer is compressed and sent.
row_push() {
  local tool sizes=()
  transfer_images
  transfer push "rm -rf $work/stores/registry/docker" "TOOL push -q --tls-verify=false one-layer docker://$registry/pushed:1"
  for tool in ours theirs; do
    rm -rf "$work/stores/registry/docker"
    on $tool push -q --tls-verify=false one-layer "docker://$registry/pushed:1" >/dev/null
    sizes+=("$(curl -sf -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://$registry/v2/pushed/manifests/1" | jq .layers[0].size)")
  done
  awk -v ours="${sizes[0]}" -v theirs="${sizes[1]}" 'BEGIN { printf "  layer %.1f MB, theirs %.1f MB (%+.1f %%)\n", ours / 1e6, theirs / 1e6, (ours / theirs - 1) * 100 }'
}

row_copy() {
  pushed_images
  local ours_instead=${program[ours]} theirs_instead=skopeo
  transfer copy "rm -rf $work/stores/copy" "TOOL copy -q --src-tls-verify=false docker://$registry/one-layer:1 oci:$work/stores/copy:1"
}

. tests/bench/builds.sh

round_files=()
for ((round = 1; round <= rounds; round++)); do round_files+=("$work/round-$round.json"); done
printf '%-18s %11s %11s %9s\n' row buildsharp buildah ratio
for name in "$@"; do
  "row_$name"
done
