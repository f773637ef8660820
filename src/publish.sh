#!/usr/bin/env bash
# Publishes the native binary to artifacts/buildsharp.
set -euo pipefail
cd "$(dirname "$0")/.."
src/sdk.sh

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
rid=linux-$(case $(uname -m) in x86_64) echo x64 ;; aarch64) echo arm64 ;; *) uname -m ;; esac)
# Kept: a test reads it.
mkdir -p artifacts/publish
log=artifacts/publish/log.txt

echo "Publishing the native binary (one to two minutes; the log is $log) …"

if ! dotnet publish src/BuildSharp.Cli -c Release -r "$rid" -v quiet -nodeReuse:false \
  -p:BuildSharpNative=true -p:RunAnalyzers=false -o artifacts/publish/bin >"$log" 2>&1; then
  if grep -q 'NU110[123].*ILCompiler' "$log"; then
    echo "Cannot publish: no package source has the NativeAOT compiler of .NET 10 (ILCompiler); name one that has it in NuGet.Config." >&2
  elif grep -q 'cannot find -l:libdeflate.a\|unable to find library -l:libdeflate.a' "$log"; then
    echo "Cannot publish: the static library libdeflate is missing: install the package libdeflate-dev (Fedora: libdeflate-static)." >&2
  else
    cat "$log" >&2
  fi
  exit 1
fi
if grep -qE 'warning (IL|CS|NETSDK)' "$log"; then
  cat "$log" >&2
  echo "The publish printed warnings; a trim or AOT warning is a bug." >&2
  exit 1
fi
cp artifacts/publish/bin/buildsharp artifacts/buildsharp.new
mv -f artifacts/buildsharp.new artifacts/buildsharp
echo "artifacts/buildsharp ($(du -h artifacts/buildsharp | cut -f1))"
