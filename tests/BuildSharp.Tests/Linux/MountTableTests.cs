using BuildSharp.Linux;

namespace BuildSharp.Tests.Linux;

public sealed class MountTableTests
{
    [Fact]
    public void Escapes_and_optional_fields_are_read()
    {
        const string text = """
            36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue
            40 36 0:55 / /a\134b rw - overlay overlay rw,lowerdir=/l\054x

            """;
        var entries = MountTable.Parse(text);
        Assert.Equal(["/mnt 2", "/a\\b"], entries.Select(entry => entry.MountPoint));
        Assert.Equal(["master:1", "shared:7"], entries[0].Propagation);
        Assert.Equal("rw,lowerdir=/l,x", entries[1].FileSystemOptions);
        Assert.Throws<FormatException>(() => MountTable.Parse("36 35 98:0 / /mnt rw ext3"));
    }

    [Fact]
    public void A_bind_mount_is_seen_until_it_is_detached()
    {
        var path = Directory.CreateTempSubdirectory("mount").FullName;
        Assert.False(MountTable.IsMountPoint(path));
        Mount.Bind(path, path);
        try
        {
            Mount.MakePrivate(path);
            Assert.True(MountTable.IsMountPoint(path));
            Assert.Contains(MountTable.Read(), entry => entry.MountPoint == path && entry.Propagation.Count == 0);
        }
        finally
        {
            Assert.True(Mount.Detach(path));
        }

        Assert.False(Mount.Detach(path));
        Assert.False(MountTable.IsMountPoint(path));
        Directory.Delete(path);
    }
}
