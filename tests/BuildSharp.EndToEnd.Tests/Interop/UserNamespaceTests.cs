using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>In a user namespace, as <c>buildah unshare</c> makes one (storage.md §12 and §14, row 31).</summary>
public class UserNamespaceTests
{
    private const string Script = """
        set -e
        container=$("$@" from scratch)
        root=$("$@" mount $container)
        mkdir $root/dir; touch $root/dir/old $root/gone
        "$@" commit -q --rm $container lower >/dev/null

        container=$("$@" from lower)
        root=$("$@" mount $container)
        grep -q " $root .*userxattr" /proc/self/mountinfo
        rm -r $root/dir $root/gone; mkdir $root/dir; touch $root/dir/new
        "$@" umount $container >/dev/null
        "$@" commit -q --rm $container upper >/dev/null

        container=$(buildah $STORE from --pull-never upper)
        root=$(buildah $STORE mount $container)
        find $root -mindepth 1 -printf '%P\n' | sort
        buildah $STORE rm $container >/dev/null
        getfattr -R -h --absolute-names -m overlay.opaque $STORE_ROOT/overlay | grep opaque
        "$@" check
        """;

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "buildah", "unshare", "getfattr")]
    public async Task Layers_are_made_with_the_attributes_that_a_user_may_set()
    {
        using var sandbox = new Sandbox();
        Tool buildsharp = sandbox.BuildSharp;
        Tool unshare = sandbox.Named("unshare")
            .WithEnvironment("STORE", string.Join(' ', buildsharp.LeadingArguments))
            .WithEnvironment("STORE_ROOT", sandbox.Root);
        string output = await unshare.ReadAsync(
            ["--user", "--map-root-user", "--mount", "bash", "-c", Script, "sh", buildsharp.Program, .. buildsharp.LeadingArguments]);
        Assert.Equal("dir\ndir/new\nuser.overlay.opaque", output);
    }
}
