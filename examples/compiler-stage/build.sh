#!/usr/bin/env bash
# Two stages: the first compiles the program, the second becomes the image.
set -euo pipefail
cd "$(dirname "$0")"
./compiler.sh

buildsharp bud --build-arg GREETING="several stages" -t hello .

container=$(buildsharp from hello)
buildsharp run "$container" /bin/hello
echo "the image holds: $(cd "$(buildsharp mount "$container")" && find . -type f)"
buildsharp rm "$container" >/dev/null
