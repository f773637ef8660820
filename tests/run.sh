#!/usr/bin/env bash
# Installs what the tests need, publishes the native binary, runs every test; the counts come last. Arguments go to `dotnet test`.
set -uo pipefail
cd "$(dirname "$0")/.."

# Mounts and device nodes need root; the tests that don't are run along.
if [ "$(id -u)" != 0 ]; then
  exec sudo --preserve-env=CI,BUILDSHARP_CASES,NUGET_PACKAGES,DOTNET_ROOT env "PATH=$PATH" "$PWD/tests/run.sh" "$@"
fi

src/sdk.sh || exit 1
tests/install.sh runc skopeo umoci buildah podman docker-registry docker.io=dockerd hyperfine strace gcc make attr=setfattr uidmap=newuidmap netavark=/usr/lib/podman/netavark nftables=/usr/sbin/nft iptables aardvark-dns=/usr/lib/podman/aardvark-dns slirp4netns passt=pasta fuse-overlayfs e2fsprogs=chattr \
  busybox-static=busybox time=/usr/bin/time openssh-client=ssh-agent git cpp strace libcap2-bin=setcap libarchive-tools=bsdtar xz-utils=xz bzip2 zstd python3 jq man-db=man chromium-headless-shell tmux zsh fish zlib1g-dev=/usr/include/zlib.h libdeflate-dev=/usr/include/libdeflate.h || exit 1

# No compiler or build server may outlive this script: CI waits for whoever holds its output open.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
[ -z "${CI:-}" ] || export UseSharedCompilation=false

work=${TMPDIR:-/tmp}/bs-tests-$$
mkdir -m 755 "$work" || exit 1
trap 'rm -rf --one-file-system "$work"' EXIT
log=$work/log

echo "Building the solution …"
dotnet build BuildSharp.sln -v quiet -nologo || exit 1
echo "Checking the format of the sources …"
dotnet format BuildSharp.sln --no-restore --verify-no-changes || { echo 'Run "dotnet format BuildSharp.sln".' >&2; exit 1; }
src/publish.sh || exit 1

rm -rf artifacts/reports
passed=0 failed=0 skipped=0
for project in BuildSharp.Tests BuildSharp.EndToEnd.Tests; do
  echo "Running tests/$project …"
  TMPDIR=$work dotnet test "tests/$project" --no-build -nologo -v quiet --logger "console;verbosity=minimal" \
    --logger "trx;LogFileName=$work/$project.trx" "$@" 2>&1 | tee "$log"
  # "Passed!  - Failed:     0, Passed:    18, Skipped:     0, Total: …"
  if summary=$(grep -E '^(Passed|Failed|Skipped)! +- Failed:' "$log"); then
    read -r f p s < <(tr -dc '0-9,' <<<"${summary%%Total*}" | tr ',' ' ')
    failed=$((failed + f)) passed=$((passed + p)) skipped=$((skipped + s))
  elif ! grep -q 'No test matches' "$log"; then
    echo "$project ended without a summary: counted as one failure." >&2
    failed=$((failed + 1))
  fi
done

# Whatever the tests leave behind is a bug of the product or of the test. Theirs is everything under $work.
leak() {
  echo "Left behind by the tests: $1" >&2
  failed=$((failed + 1))
}
while read -r mount; do leak "mount $mount"; done < <(cut -d' ' -f5 /proc/self/mountinfo | grep -F "$work/")
for process in /proc/[0-9]*; do
  { command=$(tr '\0' ' ' <"$process/cmdline"); } 2>/dev/null || continue # it may end while we look
  [[ $command != *"$work/bs-test-"* ]] || leak "process ${process#/proc/}: $command"
done
for directory in "$work"/bs-test-*; do
  [ ! -e "$directory" ] || leak "directory $directory"
done

cat artifacts/reports/*.txt 2>/dev/null

# The console logger names a skipped test without its reason.
sed -n '/outcome="NotExecuted"/,/<\/UnitTestResult>/{
  s/.*testName="\([^"]*\)".*/Skipped: \1/p
  s/ *<Message>\(.*\)<\/Message>/  \1/p
}' "$work"/*.trx
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
