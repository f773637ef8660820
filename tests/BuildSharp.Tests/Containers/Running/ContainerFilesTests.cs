using BuildSharp.Containers.Running;
using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers.Running;

public sealed class ContainerFilesTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly DirectoryHandle root;

    public ContainerFilesTests()
    {
        directory.Write("bin/program", "");
        File.SetUnixFileMode(directory["bin/program"], (UnixFileMode)0b111_101_101);
        directory.Write("bin/plain", "");
        directory.MakeDirectory("bin/folder");
        directory.Write("srv/tools/mine", "");
        File.SetUnixFileMode(directory["srv/tools/mine"], (UnixFileMode)0b001_000_000);
        File.CreateSymbolicLink(directory["bin/link"], "/outside/until/the/root/changes");
        File.CreateSymbolicLink(directory["usr"], "/");
        root = DirectoryHandle.Open(directory.Path);
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
        Assert.Equal([expected, "argument"], ContainerFiles.LookUpProgram(root, [program, "argument"], "/sbin:/bin/:tools:", "/srv"));

    [Fact]
    public void Links_in_the_path_stay_in_the_container() =>
        Assert.Equal(["/usr/bin/program"], ContainerFiles.LookUpProgram(root, ["program"], "/usr/bin", "/"));

    [Fact]
    public void An_image_with_a_32_bit_loader_has_foreign_programs()
    {
        Assert.False(ContainerFiles.HasForeignPrograms(root, "amd64"));
        Assert.True(ContainerFiles.HasForeignPrograms(root, "386"));
        directory.Write("lib/ld-linux.so.2", "");
        Assert.True(ContainerFiles.HasForeignPrograms(root, "amd64"));
    }

    [Fact]
    public void Account_files_are_not_read_through_links_out_of_the_container()
    {
        directory.MakeDirectory("etc");
        File.CreateSymbolicLink(directory["etc/passwd"], "/etc/hostname");
        File.CreateSymbolicLink(directory["etc/group"], "/../../../groups");
        directory.Write("groups", "wheel");
        Assert.Equal("", ContainerFiles.ReadText(root, "etc/passwd"));
        Assert.Equal("wheel", ContainerFiles.ReadText(root, "etc/group"));
        Assert.Equal("", ContainerFiles.ReadText(root, "bin"));
    }

    [Fact]
    public void Only_a_working_directory_that_is_missing_is_made()
    {
        var before = root.Stat("srv").ModifiedNanoseconds;
        ContainerFiles.MakeWorkingDirectory(root, "/srv/tools", new SpecUser(7, 8, [8]));
        ContainerFiles.MakeWorkingDirectory(root, "/", new SpecUser(7, 8, [8]));
        Assert.Equal((before, 0u), (root.Stat("srv").ModifiedNanoseconds, root.Stat("srv/tools").Uid));
        ContainerFiles.MakeWorkingDirectory(root, "/usr/new/deep", new SpecUser(7, 8, [8]));
        Assert.Equal((7u, 8u, 0x1ED), (root.Stat("new/deep").Uid, root.Stat("new/deep").Gid, root.Stat("new").Mode));
    }

    public void Dispose()
    {
        root.Dispose();
        directory.Dispose();
    }
}
