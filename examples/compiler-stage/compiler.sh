#!/usr/bin/env bash
# Builds a base image with a C compiler from four Debian packages with verbs: 18 MB, without a registry.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 0755 "$work"

(cd "$work" && apt-get download -q tcc libc6 musl-dev >/dev/null 2>&1)

container=$(buildsharp from scratch)
root=$(buildsharp mount "$container")
# Create the merged /usr layout first, so that packages of older and newer releases install to the same paths.
mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root/tmp"
for link in bin sbin lib lib64; do ln -s "usr/$link" "$root/$link"; done
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$root"; done
cp "$(command -v busybox)" "$root/bin/"
for tool in sh mkdir uname ls; do ln -s busybox "$root/bin/$tool"; done
buildsharp umount "$container" >/dev/null
buildsharp config --env PATH=/usr/bin "$container"
buildsharp commit --quiet --rm "$container" localhost/compiler >/dev/null
