using BuildSharp.Notation;

namespace BuildSharp.Tests.Notation;

public sealed class MountOptionsTests
{
    [Fact]
    public void Each_type_of_mount_keeps_what_its_keys_say()
    {
        var bind = MountOptions.Parse("type=bind,from=build,src=/a,dst=/b,rw,U,bind-propagation=rslave,nosuid");
        Assert.Equal(("build", "/a", "/b", false, true), (bind.From, bind.Source, bind.Target, bind.ReadOnly, bind.GivesToUser));
        Assert.Equal(["rslave", "nosuid"], bind.Options);

        var cache = MountOptions.Parse("TYPE=cache,id=go,target=/c,sharing=LOCKED,mode=0700,uid=5,gid=6,ro");
        Assert.Equal((MountType.Cache, "go", CacheSharing.Locked, 448, 5L, 6L, true), (cache.Type, cache.Id, cache.Sharing, cache.Mode, cache.UserId, cache.GroupId, cache.ReadOnly));

        var tmpfs = MountOptions.Parse("type=tmpfs,target=/t,tmpfs-size=50%,tmpfs-mode=1777,tmpcopyup,noexec");
        Assert.Equal(("50%", 1023, false), (tmpfs.Size, tmpfs.Mode, tmpfs.ReadOnly));
        Assert.Equal(["tmpcopyup", "noexec"], tmpfs.Options);

        var secret = MountOptions.Parse("type=secret,id=key,env=KEY,required");
        Assert.Equal(("key", "KEY", true, true), (secret.Id, secret.Env, secret.IsRequired, secret.ReadOnly));

        var ssh = MountOptions.Parse("id=default,required=false,type=ssh");
        Assert.Equal((MountType.Ssh, "default", false), (ssh.Type, ssh.Id, ssh.IsRequired));
    }

    [Fact]
    public void A_bind_that_can_only_be_read_is_what_a_mount_is_at_first() =>
        Assert.Equal((MountType.Bind, true), MountOptions.Parse("target=/x") is var mount ? (mount.Type, mount.ReadOnly) : default);

    [Fact]
    public void A_field_in_quotes_may_hold_commas() => Assert.Equal("/a,b", MountOptions.Parse("\"source=/a,b\",target=/x").Source);

    [Fact]
    public void Rules_wait_for_the_values_of_variables()
    {
        var mount = MountOptions.Parse("type=$kind,mode=0700,target=/x", hasVariables: true);
        Assert.True(mount.HasVariables);
        Assert.Equal(MountType.Cache, mount.Expand(value => value == "$kind" ? "cache" : value).Type);
        Assert.Throws<FormatException>(() => mount.Expand(value => value == "$kind" ? "bind" : value));
    }

    [Fact]
    public void The_order_of_fields_does_not_matter()
    {
        string[] fields = ["type=cache", "id=a", "from=b", "source=/s", "target=/t", "sharing=private", "mode=711", "uid=1", "gid=2", "rw", "nosuid", "z"];
        var random = new Random(Seed.Value);
        var expected = MountOptions.Parse(string.Join(',', fields));
        for (var i = 0; i < 200; i++)
        {
            random.Shuffle(fields);
            var text = string.Join(',', fields);
            var mount = MountOptions.Parse(text);
            Assert.True(Compared(mount) == Compared(expected), $"{text} ({Seed.Shown})");
        }
    }

    private static MountOptions Compared(MountOptions mount)
    {
        Assert.Equal(["nosuid"], mount.Options);
        return mount with { Fields = NoFields, Options = NoOptions };
    }

    private static readonly string[] NoOptions = [];
    private static readonly (string, string?)[] NoFields = [];
}
