using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Linux;

public sealed class MountNamespaceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresFact(Needs.Root)]
    public async Task Mounts_made_for_a_program_are_seen_by_it_and_its_children_alone()
    {
        var place = _directory.MakeDirectory("place");
        var process = StartAt(place, "test -e place/hidden && sh -c 'cat place/hidden > copy'", () =>
        {
            Mount.Attach("tmpfs", place, "tmpfs", MountFlags.None);
            File.WriteAllText(Path.Combine(place, "hidden"), "text");
        });
        Assert.Equal(0, await process.Ended);
        Assert.Equal("text", File.ReadAllText(_directory["copy"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(place));
        Assert.Empty(MountPoints.Below(_directory.Path));
    }

    [RequiresFact(Needs.Root)]
    public void A_mount_that_fails_is_the_callers_error_and_starts_nothing()
    {
        Assert.Throws<LinuxException>(() => StartAt(_directory.Path, "touch begun", () => Mount.Bind("/no/such", _directory.Path)));
        Assert.False(File.Exists(_directory["begun"]));
    }

    private ChildProcess StartAt(string place, string script, Action mounts) => ChildProcess.Start(
        "/bin/sh", ["-c", $"cd {Path.GetDirectoryName(place)} && {script}"], ["PATH=/bin:/usr/bin"], ChildStream.Null, ChildStream.Null, ChildStream.Null, mounts);
}
