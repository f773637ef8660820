#!/usr/bin/env bash
# Publishes the native binary to artifacts/buildsharp. The product's framework is net10.0; where the
# NativeAOT pack of .NET 10 cannot be restored, the same code is published for net9.0, and says so.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
rid=linux-$(case $(uname -m) in x86_64) echo x64 ;; aarch64) echo arm64 ;; *) uname -m ;; esac)
# Kept: a test reads it.
mkdir -p artifacts/publish
log=artifacts/publish/log.txt

publish() {
  dotnet publish src/BuildSharp.Cli -c Release -r "$rid" -v quiet -nodeReuse:false \
    -p:BuildSharpFramework="$1" -p:BuildSharpNative=true -p:RunAnalyzers=false -o "artifacts/publish/$1" >"$log" 2>&1
}

framework=net10.0
if ! publish net10.0; then
  if grep -q 'NU110[123].*NativeAOT\|NU110[123].*ILCompiler' "$log"; then
    framework=net9.0
    echo "The NativeAOT pack of .NET 10 cannot be restored here: publishing for net9.0 instead."
    publish net9.0 || { cat "$log" >&2; exit 1; }
  else
    cat "$log" >&2
    exit 1
  fi
fi
if grep -qE 'warning (IL|CS|NETSDK)' "$log"; then
  cat "$log" >&2
  echo "The publish printed warnings; a trim or AOT warning is a bug." >&2
  exit 1
fi
cp "artifacts/publish/$framework/buildsharp" artifacts/buildsharp.new
mv -f artifacts/buildsharp.new artifacts/buildsharp
echo "artifacts/buildsharp ($(du -h artifacts/buildsharp | cut -f1), $framework)"
