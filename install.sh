#!/usr/bin/env bash
# Installs buildsharp below a prefix: the binary, its manual pages, and completions for bash, zsh and fish.
#   ./install.sh [PREFIX]            PREFIX is /usr/local when it is not given; DESTDIR is put before it, for packages
#   ./install.sh --uninstall [PREFIX]
set -euo pipefail
cd "$(dirname "$0")"

uninstall=
if [ "${1:-}" = --uninstall ]; then
  uninstall=1
  shift
fi
prefix=${DESTDIR:-}${1:-/usr/local}
binary=$PWD/artifacts/buildsharp

bash=$prefix/share/bash-completion/completions/buildsharp
zsh=$prefix/share/zsh/site-functions/_buildsharp
fish=$prefix/share/fish/vendor_completions.d/buildsharp.fish
man=$prefix/share/man/man1

if [ -n "$uninstall" ]; then
  rm -f "$prefix/bin/buildsharp" "$bash" "$zsh" "$fish" "$man"/buildsharp.1 "$man"/buildsharp-*.1
  echo "Removed buildsharp from $prefix."
  exit
fi

[ -x "$binary" ] || { echo "artifacts/buildsharp is missing; src/publish.sh makes it." >&2; exit 1; }
install -D -m 755 "$binary" "$prefix/bin/buildsharp"
mkdir -p "$(dirname "$bash")" "$(dirname "$zsh")" "$(dirname "$fish")" "$man"
"$binary" completion bash >"$bash"
"$binary" completion zsh >"$zsh"
"$binary" completion fish >"$fish"
"$binary" help --man "$man"
echo "Installed buildsharp below $prefix: bin/buildsharp, $(ls "$man" | grep -c '^buildsharp') manual pages, completions for bash, zsh and fish."
