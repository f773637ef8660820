#!/usr/bin/env bash
# Builds an image without a Dockerfile: every step is an ordinary command on an ordinary directory.
set -euo pipefail
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

container=$(buildsharp from scratch)
root=$(buildsharp mount "$container")

# Any program that writes to a directory can add files to the image: cp, make, rpm, pip, tar …
mkdir -p "$root/bin" "$root/etc"
cp "$(command -v busybox)" "$root/bin/busybox"
ln -s busybox "$root/bin/sh"
echo 'deck:x:1000:1000:deck:/:/bin/sh' >"$root/etc/passwd"
make -C deck install DESTDIR="$root" >/dev/null

buildsharp umount "$container" >/dev/null
buildsharp config \
  --entrypoint '["/usr/local/bin/deck"]' --cmd 1 \
  --env SLIDES=/usr/local/share/deck --workingdir /usr/local/share/deck \
  --user deck --label org.opencontainers.image.title=slide-deck \
  "$container"

echo "inside the container, before the commit:"
buildsharp run "$container" deck 2

image=$(buildsharp commit --quiet --rm "$container" slide-deck)
buildsharp push --quiet slide-deck "oci:$out/layout:slide-deck"

echo "committed $image"
echo "entrypoint $(buildsharp inspect --type image --format '{{.OCIv1.Config.Entrypoint}}' slide-deck)"
echo "pushed $(ls "$out/layout/blobs/sha256" | wc -l) blobs: a manifest, a config, a layer"
