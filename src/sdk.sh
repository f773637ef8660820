#!/usr/bin/env bash
# Says in one line what is missing of the .NET 10 SDK and of what it needs itself. Nothing, when nothing is.
set -uo pipefail

if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: install the package dotnet-sdk-10.0, or follow https://learn.microsoft.com/dotnet/core/install/linux" >&2
  exit 1
fi
said=$(dotnet --version 2>&1) && [[ $said == 10.* ]] && exit
case $said in
  *ICU*) echo "The .NET SDK needs libicu: install it (Debian 12: libicu72, Debian 13: libicu76, elsewhere: libicu-dev)." >&2 ;;
  *libssl* | *OpenSSL*) echo "The .NET SDK needs OpenSSL: install the package libssl3." >&2 ;;
  *libstdc++*) echo "The .NET SDK needs the C++ runtime: install the package libstdc++6." >&2 ;;
  *) echo "A .NET SDK of version 10 is needed; \"dotnet --version\" said: ${said%%$'\n'*}" >&2 ;;
esac
exit 1
