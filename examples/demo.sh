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
missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
need runc runc
need busybox busybox-static
need gcc gcc
need make make
[ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "nothing"
fi
if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: install the package dotnet-sdk-10.0, or follow https://learn.microsoft.com/dotnet/core/install/linux" >&2
  exit 1
fi

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

for example in slide-deck static-binary compiler-stage; do
  say "examples/$example: $(sed -n '1s/^# //p' "examples/$example/README.md")"
  PS4='  $ ' bash -x "examples/$example/build.sh"
done

say "What is in the store now"
buildsharp images
