#!/usr/bin/env bash
# One kill point: copies a prepared store, kills a verb of the binary before one of its system calls that may write, and looks at what
# is left with the binary, podman and buildah. Runs in a mount namespace of its own (unshare -m), where the store is on a tmpfs, so
# nothing of it outlives this script. The last line of output is "sound", "done" when the verb came to its end before that call, or
# "unsound: why".
#
#   kill-point.sh BINARY PREPARED PLACE POINT PRE VERB KEPT ACKNOWLEDGED AGAIN
#
# PREPARED is copied to PLACE. POINT is the call to kill before, "renameat:3" for the third one of its kind; "all" lets the verb end and
# prints every point there is. The others are bash:
#   PRE            what is done before, undisturbed
#   VERB           arguments of the binary
#   KEPT           what must hold whether the verb came to its end or not
#   ACKNOWLEDGED   what must hold when the verb printed something, which is in $said
#   AGAIN          does the verb's job again, as far as there is anything left to do, and sees that it is done
set -u
binary=$1 prepared=$2 place=$3 point=$4 pre=$5 verb=$6 kept=$7 acknowledged=$8 again=$9

mount -t tmpfs none "$place" && cp -a "$prepared/." "$place" && cd "$place" || exit 1
options=(--root "$place/store/root" --runroot "$place/store/run" --storage-driver overlay)
bs() { "$binary" "${options[@]}" "$@"; }
unsound() {
  echo "unsound: $*"
  exit 1
}

# Everything that changes a file system; what a kernel or an strace does not know is skipped ("?").
writing='?rename,?renameat,?renameat2,?link,?linkat,?symlink,?symlinkat,?unlink,?unlinkat,?rmdir,?mkdir,?mkdirat,?mknod,?mknodat'
writing+=',?chmod,?fchmod,?fchmodat,?fchmodat2,?chown,?lchown,?fchown,?fchownat,?utimensat,?setxattr,?lsetxattr,?fsetxattr,?removexattr'
writing+=',?write,?writev,?pwrite64,?pwritev,?ftruncate,?fallocate,?copy_file_range,?sendfile,?fsync,?fdatasync,?syncfs'
writing+=',?mount,?umount2,?fsconfig,?fsmount,?move_mount'
read -ra words <<<"$verb"
# Of the verb itself, not of the programs that it starts: those are killed in their own tests.
trace=(strace -f -b execve -qq -o calls)

listed() {
  local ids
  ids=$("$1" "${options[@]}" "${@:2}" images -a -q --no-trunc 2>error) && sed s/sha256:// <<<"$ids" | sort -u
}
content_of() {
  local root
  root=$(bs mount "$1") && [ -n "$root" ] || return 1
  [ "$(cat "$root/work")" = two ] && [ "$(cat "$root/data/dir/one")" = one ]
  local result=$?
  bs umount "$1" >/dev/null && return $result
}
entries_of() { bs manifest inspect "$1" | grep -c '"digest"'; }
can_be_pushed() { rm -rf pushed && buildah "${options[@]}" manifest push -q --all "$1" "dir:$place/pushed"; }

eval "$pre" >/dev/null || unsound "the preparation failed"
if [ "$point" = all ]; then
  "${trace[@]}" -e trace="$writing" "$binary" "${options[@]}" "${words[@]}" >/dev/null || unsound "the verb itself fails"
  # As strace counts them: each thread's apart, and each call's.
  awk '{ sub(/\(.*/, "", $2) } $2 ~ /^[a-z0-9]+$/ { point = $2 ":" ++count[$1, $2]; if (!seen[point]++) print point }' calls
  exit
fi

said=$("${trace[@]}" -e trace="${point%:*}" -e inject="${point%:*}:signal=KILL:when=${point#*:}" "$binary" "${options[@]}" "${words[@]}" 2>error)
status=$?
[ $status = 0 ] && { echo done; exit; }
[ $status = 137 ] || unsound "the verb ended with $status: $(cat error)"
call="$point $(grep -F "${point%:*}(" calls | tail -1 | cut -c1-120)"

# 1. Nothing that any record needs is damaged: digests are rebuilt and compared, too. Rubbish is allowed until a repair.
found=$(bs check 2>&1)
status=$?
[ $status -le 1 ] || unsound "check ended with $status before \"$call\": $found"
grep -qv '^leftover: \|^fault: ' <<<"${found:-leftover: }" && unsound "before \"$call\": $found"

# 2. Every tool opens the store, and all see the same images.
ours=$(listed "$binary") || unsound "images before \"$call\": $(cat error)"
theirs=$(listed buildah) || unsound "buildah images before \"$call\": $(cat error)"
[ "$ours" = "$theirs" ] || unsound "before \"$call\" buildah lists $theirs instead of $ours"
mount --bind store/run /mnt # podman refuses a run root of more than 50 characters
theirs=$(listed podman --tmpdir "$place/libpod" --runroot /mnt) || unsound "podman images before \"$call\": $(cat error)"
[ "$ours" = "$theirs" ] || unsound "before \"$call\" podman lists $theirs instead of $ours"

# 3. What was there is there; what was acknowledged, too. Every second time a repair comes first.
((${point#*:} % 2)) || bs check --repair >repaired || unsound "check --repair before \"$call\": $(cat repaired)"
eval "$kept" >/dev/null || unsound "lost before \"$call\": $kept"
if [ -n "$said" ]; then eval "$acknowledged" >/dev/null || unsound "not as acknowledged before \"$call\": $acknowledged"; fi

# 4. The next command that writes clears up; a repair leaves nothing to find, even of what may have been work in progress, and the verb does its job.
bs from --name sweeper scratch >/dev/null && bs rm sweeper >/dev/null || unsound "from and rm before \"$call\""
found=$(bs check) || unsound "still found after the next command, before \"$call\": $found"
bs check --repair --max 0s >repaired || unsound "check --repair before \"$call\": $(cat repaired)"
found=$(bs check --max 0s) || unsound "still found after a repair, before \"$call\": $found"
eval "$again" >log 2>&1 || unsound "repeating it, before \"$call\": $(cat log)"
found=$(bs check) || unsound "found after repeating it, before \"$call\": $found"
echo sound
