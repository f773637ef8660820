#!/usr/bin/env bash
# Installs, on Debian and Ubuntu, the programs named as arguments where they are missing: install.sh runc skopeo …
# Every argument is `package` (a program of that name is looked for), `package=program` or `package=/file`.
set -euo pipefail

missing=()
for wish in "$@"; do
  package=${wish%%=*} probe=${wish#*=}
  case $probe in
    /*) [ -e "$probe" ] || missing+=("$package") ;;
    *) PATH=$PATH:/usr/sbin:/sbin command -v "$probe" >/dev/null || missing+=("$package") ;;
  esac
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "Missing: ${missing[*]}. This script can install them only with apt; install them by hand." >&2
  exit 1
fi
echo "Installing ${missing[*]} …"
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
