#!/usr/bin/env bash
# A builder image for Source-to-Image, and applications made with it: twice with verbs, and once from the Dockerfile that s2i writes.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The base: a shell and tar, which a builder image needs.
base=$(buildsharp from scratch)
root=$(buildsharp mount "$base")
mkdir -p "$root/bin" "$root/tmp" "$root/etc" "$root/opt" "$root/usr"
chmod 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for program in sh mkdir chown chmod md5sum cut wc id cp cat tar rm touch; do ln -s busybox "$root/bin/$program"; done
buildsharp commit --quiet --rm "$base" s2i-base >/dev/null
buildsharp bud --quiet -t words-builder builder >/dev/null

run() {
  local container
  container=$(buildsharp from "$1")
  # As a cluster does: any user, and group 0.
  buildsharp run --user 12345:0 "$container" sh -c "$(buildsharp inspect --type image --format '{{index .OCIv1.Config.Cmd 0}}' "$1")"
  buildsharp rm "$container" >/dev/null
}

echo "== s2i build, incrementally"
cp -r app "$work/app"
./s2i.sh build "$work/app" words-builder words --incremental
run words
echo 'now with other words in it' >"$work/app/two.txt"
./s2i.sh build "$work/app" words-builder words --incremental
run words
buildsharp cache rm s2i-words >/dev/null

echo "== s2i build --as-dockerfile, built with bud"
mkdir -p "$work/upload"
cp -r app "$work/upload/src"
cp as-dockerfile/Dockerfile* "$work"
buildsharp bud -t words2 "$work" | grep '^[a-z]*\.txt'
echo 'now with other words in it' >"$work/upload/src/two.txt"
buildsharp bud -f "$work/Dockerfile.incremental" -t words3 "$work" | grep '\.txt: '
container=$(buildsharp from words3)
buildsharp run --user 12345:0 "$container" /usr/libexec/s2i/run
buildsharp inspect --type image --format '{{index .OCIv1.Config.Labels "io.openshift.s2i.build.image"}}, {{.OCIv1.Config.User}}, {{.OCIv1.Config.Cmd}}' words3
buildsharp rm "$container" >/dev/null
