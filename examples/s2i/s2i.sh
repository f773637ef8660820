#!/usr/bin/env bash
# s2i.sh build SOURCE BUILDER TAG [--incremental]: what `s2i build` does, with the verbs of buildsharp.
set -euo pipefail
if [ $# -lt 4 ] || [ "$1" != build ]; then
  echo "usage: s2i.sh build SOURCE BUILDER TAG [--incremental]" >&2
  exit 2
fi
source=$2 builder=$3 tag=$4 incremental=${5:-}

label() { buildsharp inspect --type image --format "{{index .OCIv1.Config.Labels \"$1\"}}" "$builder"; }
scripts=$(label io.openshift.s2i.scripts-url)
scripts=${scripts#image://}
destination=$(label io.openshift.s2i.destination)
user=$(label io.openshift.s2i.assemble-user)
user=${user:-$(buildsharp inspect --type image --format '{{.OCIv1.Config.User}}' "$builder")}
case $user in
  '' | root* | 0 | 0:*) echo "s2i.sh: $builder assembles as root; set io.openshift.s2i.assemble-user" >&2; exit 1 ;;
esac

container=$(buildsharp from "$builder")
trap 'buildsharp rm "$container" >/dev/null' EXIT

# The variables of the source are for assemble and for the image.
if [ -f "$source/.s2i/environment" ]; then
  while IFS= read -r line; do
    case $line in '' | '#'*) ;; *) buildsharp config --env "$line" "$container" ;; esac
  done <"$source/.s2i/environment"
fi

buildsharp copy --quiet --chown "$user:0" "$container" "$source" "${destination:=/tmp}/src" >/dev/null

# What save-artifacts gives stays in a cache mount, so that a new machine starts without it and no image has it.
artifacts=()
if [ "$incremental" = --incremental ]; then
  artifacts=(--mount "type=cache,id=s2i-$tag,target=$destination/artifacts,uid=${user%%:*},gid=0,sharing=locked")
fi
buildsharp run --user "$user" "${artifacts[@]}" "$container" "$scripts/assemble"
if [ "$incremental" = --incremental ]; then
  buildsharp run --user "$user" "${artifacts[@]}" "$container" sh -c "$scripts/save-artifacts | tar -xf - -C $destination/artifacts"
fi

buildsharp config --user "$user" --cmd "$scripts/run" \
  --label io.k8s.display-name="$tag" \
  --label io.openshift.s2i.build.image="$builder" \
  --label io.openshift.s2i.build.source-location="$source" \
  "$container"
buildsharp commit --quiet "$container" "$tag" >/dev/null
echo "built $tag"
