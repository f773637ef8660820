#!/usr/bin/env bash
set -euo pipefail

c=$(buildsharp from scratch)
buildsharp copy --cache "$c" root / >/dev/null
buildsharp copy --cache "$c" words.txt / >/dev/null
buildsharp run --cache "$c" sh -c 'echo sorting; sort /words.txt >/sorted'
buildsharp config --label title=words --cmd 'cat /sorted' "$c"
buildsharp run --cache "$c" sh -c 'echo counting; wc -l </sorted >/count'
buildsharp commit -q --rm "$c" words >image
echo done
