#!/usr/bin/env bash
# Demonstrates the product on a fresh Debian or Ubuntu with the .NET 10 SDK: installs what is missing, publishes the native
# binary, builds images with verbs and from Dockerfiles, and runs them. Its storage is a temporary folder, removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

if [ "$(id -u)" -ne 0 ]; then
  exec sudo --preserve-env=PATH,DOTNET_ROOT,HOME "$0" "$@"
fi

say "What is missing"
tests/install.sh runc busybox-static=busybox gcc libc6-dev=/usr/include/stdio.h zlib1g-dev=/usr/include/zlib.h libdeflate-dev=/usr/include/libdeflate.h make

say "Publish the native binary"
src/publish.sh

work=$(mktemp -d)
clean_up() {
  buildsharp rm --all >/dev/null 2>&1 || echo "some working containers under $work could not be removed" >&2
  rm -rf "$work"
}
trap clean_up EXIT
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/storage"\nrunroot = "%s/run"\n' "$work" "$work" >"$work/storage.conf"
export CONTAINERS_STORAGE_CONF="$work/storage.conf" PATH="$PWD/artifacts:$PATH"
buildsharp --version

for example in slide-deck static-binary compiler-stage cached-script; do
  say "examples/$example: $(sed -n '1s/^# //p' "examples/$example/README.md")"
  # Root's bash takes no PS4 from the environment.
  bash -c 'PS4="  \$ "; set -x; . "$0"' "examples/$example/build.sh"
done

say "What is in the store now"
buildsharp images
