using BuildSharp.Linux;
using BuildSharp.Running.Preparing;
using BuildSharp.Running.Spec;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

public sealed class ContainerFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly DirectoryHandle _root;

    public ContainerFilesTests()
    {
        _directory.Write("bin/program", "");
        File.SetUnixFileMode(_directory["bin/program"], (UnixFileMode)0b111_101_101);
        _directory.Write("bin/plain", "");
        _directory.MakeDirectory("bin/folder");
        _directory.Write("srv/tools/mine", "");
        File.SetUnixFileMode(_directory["srv/tools/mine"], (UnixFileMode)0b001_000_000);
        File.CreateSymbolicLink(_directory["bin/link"], "/outside/until/the/root/changes");
        File.CreateSymbolicLink(_directory["usr"], "/");
        _root = DirectoryHandle.Open(_directory.Path);
    }

    [Theory]
    [InlineData("program", "/bin/program")]
    [InlineData("link", "/bin/link")]
    [InlineData("mine", "/srv/tools/mine")]
    [InlineData("plain", "plain")]
    [InlineData("folder", "folder")]
    [InlineData("nosuch", "nosuch")]
    [InlineData("./program", "./program")]
    public void A_program_is_looked_up_in_the_containers_path(string program, string expected) =>
        Assert.Equal([expected, "argument"], ContainerFiles.LookUpProgram(_root, [program, "argument"], "/sbin:/bin/:tools:", "/srv"));

    [Fact]
    public void Links_in_the_path_stay_in_the_container() =>
        Assert.Equal(["/usr/bin/program"], ContainerFiles.LookUpProgram(_root, ["program"], "/usr/bin", "/"));

    [Fact]
    public void An_image_with_a_32_bit_loader_has_foreign_programs()
    {
        Assert.False(ContainerFiles.HasForeignPrograms(_root, "amd64"));
        Assert.True(ContainerFiles.HasForeignPrograms(_root, "386"));
        _directory.Write("lib/ld-linux.so.2", "");
        Assert.True(ContainerFiles.HasForeignPrograms(_root, "amd64"));
    }

    [Fact]
    public void Account_files_are_not_read_through_links_out_of_the_container()
    {
        _directory.MakeDirectory("etc");
        File.CreateSymbolicLink(_directory["etc/passwd"], "/etc/hostname");
        File.CreateSymbolicLink(_directory["etc/group"], "/../../../groups");
        _directory.Write("groups", "wheel");
        Assert.Equal("", ContainerFiles.ReadText(_root, "etc/passwd"));
        Assert.Equal("wheel", ContainerFiles.ReadText(_root, "etc/group"));
        Assert.Equal("", ContainerFiles.ReadText(_root, "bin"));
    }

    [Fact]
    public void Only_a_working_directory_that_is_missing_is_made()
    {
        var before = _root.Stat("srv").ModifiedNanoseconds;
        ContainerFiles.MakeWorkingDirectory(_root, "/srv/tools", new SpecUser(7, 8, [8]));
        ContainerFiles.MakeWorkingDirectory(_root, "/", new SpecUser(7, 8, [8]));
        Assert.Equal((before, 0u), (_root.Stat("srv").ModifiedNanoseconds, _root.Stat("srv/tools").Uid));
        ContainerFiles.MakeWorkingDirectory(_root, "/usr/new/deep", new SpecUser(7, 8, [8]));
        Assert.Equal((7u, 8u, 0x1ED), (_root.Stat("new/deep").Uid, _root.Stat("new/deep").Gid, _root.Stat("new").Mode));
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }
}
