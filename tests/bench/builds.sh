# Rows of builds, for run.sh. Each has a bar to reach, and is compared with BuildKit, too.

# bar WHAT VALUE -ge|-le LIMIT: numbers with a fraction
bar() {
  local met
  met=$(awk -v value="$2" -v limit="$4" -v how="$3" 'BEGIN { print (how == "-ge" ? (value >= limit) : (value <= limit)) }')
  printf '  %-34s %8s  %s %s  %s\n' "$1" "$2" "$([ "$3" = -ge ] && echo 'at least' || echo 'at most')" "$4" "$([ "$met" = 1 ] && echo reached || echo MISSED)"
}

# A dockerd of its own without network, with the same base image. Its docker program is that of the same package: it contains BuildKit.
docker=/usr/bin/docker
start_daemon() {
  [ -z "$daemon_process" ] && [ -x "$docker" ] && command -v dockerd >/dev/null || return 0
  export DOCKER_BUILDKIT=1 DOCKER_HOST=unix://$work/docker.sock
  mkdir "$work/stores/docker"
  dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver overlay2 --data-root "$work/stores/docker" --exec-root "$work/docker" \
    --pidfile "$work/docker.pid" --host "$DOCKER_HOST" >"$work/docker.log" 2>&1 &
  daemon_process=$!
  for ((i = 0; i < 300; i++)); do
    "$docker" version >/dev/null 2>&1 && break
    kill -0 "$daemon_process" 2>/dev/null || { daemon_process= && echo "dockerd does not start: $(tail -1 "$work/docker.log")" >&2; return 0; }
    sleep 0.1
  done
  mkdir "$work/root" "$work/root/bin"
  cp "$(command -v busybox)" "$work/root/bin/"
  ln -s busybox "$work/root/bin/sh"
  tar -C "$work/root" -c . | "$docker" import - localhost/base >/dev/null
}

# build_row NAME CONTEXT FLAGS: FLAGS are those of all three, after the verb
build_row() {
  local kit=()
  build_store
  start_daemon
  [ -z "$daemon_process" ] || kit=("" "$docker build -q --network host $3 -t built $2 >/dev/null")
  row "$1" "" "TOOL bud --layers --runtime $(command -v runc) --network host -q $3 -t built $2" ${kit[@]+"${kit[@]}"}
  [ -z "$daemon_process" ] || printf '  BuildKit %s ms, %sx\n' "$kit_ms" "$kit_ratio"
  command time -f %M -o "$work/peak" $(command_of ours) bud --layers --runtime "$(command -v runc)" --network host -q $3 -t built $2 >/dev/null
  bar "peak memory, MB" "$(awk '{ printf "%.0f", $1 * 1024 / 1e6 }' "$work/peak")" -le 120
}

bars() { # LEAST of buildah LEAST of BuildKit
  bar "times buildah's speed" "$ratio" -ge "$1"
  [ -z "$daemon_process" ] || bar "times BuildKit's speed" "$kit_ratio" -ge "$2"
}

contexts=$work/stores/contexts
build_store() {
  store=builds
  [ -e "$work/stores/ours/builds" ] && return
  base_image
  share
  local i
  mkdir -p "$contexts/steps" "$contexts/stages" "$contexts/tree/files"
  { echo 'FROM localhost/base' && for ((i = 1; i <= 10; i++)); do echo "RUN echo $i"; done; } >"$contexts/steps/Dockerfile"
  {
    for i in a b c; do printf 'FROM localhost/base AS %s\nRUN busybox sleep 1 && echo %s >/%s\n' $i $i $i; done
    printf 'FROM scratch\nCOPY --from=a /a /\nCOPY --from=b /b /\nCOPY --from=c /c /\n'
  } >"$contexts/stages/Dockerfile"
  printf 'FROM localhost/base\nCOPY files /files\n' >"$contexts/tree/Dockerfile"
  for ((i = 0; i < 200; i++)); do # 87 MB in 20,000 files
    mkdir "$contexts/tree/files/$i"
    head -c 435000 /dev/urandom | split -b 4350 -a 2 - "$contexts/tree/files/$i/f"
  done
}

# The part of a step that is ours: without that of runc, which is measured with the same configuration of the container.
bare_runc() {
  local container config
  container=$(on ours from base)
  BUILDAH_RUNTIME=$(command -v runc) on ours run --isolation oci --network host "$container" busybox sleep 2 &
  for ((i = 0; i < 100; i++)); do
    config=$(find "$work/run/ours/builds" "$work/stores/ours/builds" -name config.json 2>/dev/null | head -1)
    [ -z "$config" ] || break
    sleep 0.02
  done
  mkdir -p "$work/bundle"
  jq --arg root "$(on ours mount "$container")" '.process.args = ["sh", "-c", "echo 1"] | .root.path = $root' "$config" >"$work/bundle/config.json"
  wait $!
  hyperfine -N --style none --warmup 3 --runs $((rounds * 6)) --export-json "$work/runc.json" "runc --root $work/runc run --bundle $work/bundle bare" \
    >"$work/hyperfine.log" 2>&1 || { cat "$work/hyperfine.log" >&2; return 1; }
  on ours umount "$container" >/dev/null
  on ours rm "$container" >/dev/null
  jq '.results[0].median * 1000' "$work/runc.json"
}

row_steps() {
  build_row steps "$contexts/steps" --no-cache
  bars 8 1.5
  bar "ms of a step beyond runc" "$(awk -v all="$ours_ms" -v runc="$(bare_runc)" 'BEGIN { printf "%.1f", all / 10 - runc }')" -le 8
}

row_steps-cached() { build_row steps-cached "$contexts/steps" ""; bars 10 6; }

row_tree() {
  build_row tree "$contexts/tree" --no-cache
  bars 4 2
  hyperfine --style none --warmup 1 --runs $((rounds * 3)) --export-json "$work/copy.json" --prepare "rm -rf $contexts/copy" \
    "cp -a $contexts/tree/files $contexts/copy && tar -C $contexts/tree/files -c . | sha256sum" >"$work/hyperfine.log" 2>&1
  rm -rf "$contexts/copy"
  bar "times that of cp -a and tar|sha256sum" "$(jq --argjson ours "$ours_ms" '$ours / .results[0].median / 10 | round / 100' "$work/copy.json")" -le 1.5
}

row_tree-cached() { build_row tree-cached "$contexts/tree" ""; bars 20 4; }

row_stages() {
  build_row stages "$contexts/stages" --no-cache
  bar "ms" "$ours_ms" -le 1150
}

# The same builds in a store with 1,000 other images.
row_crowd() {
  local few many name flags
  build_store
  few=$(command_of ours)
  thousand_store
  many=$(command_of ours)
  for name in steps:--no-cache steps: tree:--no-cache tree: stages:--no-cache; do
    flags="bud --layers --runtime $(command -v runc) --network host -q ${name#*:} -t built $contexts/${name%:*}"
    ours_instead=$few theirs_instead=$many row "crowd-${name%:*}$([ -n "${name#*:}" ] || echo -cached)" "" "TOOL $flags"
    bar "per cent slower with 1,000 images" "$(awk -v few="$ours_ms" -v many="$theirs_ms" 'BEGIN { printf "%.0f", (many / few - 1) * 100 }')" -le 10
  done
}
