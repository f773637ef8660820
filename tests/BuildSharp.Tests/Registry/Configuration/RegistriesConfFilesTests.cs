using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Registry.Configuration;

public sealed class RegistriesConfFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0u, "etc/containers/registries.rootful.conf.d/b.conf")]
    [InlineData(1000u, "etc/containers/registries.rootless.conf.d/1000/b.conf")]
    public void The_first_main_file_and_the_nearest_drop_ins_are_read_in_the_order_of_their_names(uint user, string second)
    {
        Write("home/.config/containers/registries.conf", "etc/containers/registries.conf", "usr/share/containers/registries.conf");
        Write("home/.config/containers/registries.conf.d/a.conf", "etc/containers/registries.conf.d/a.conf", "etc/containers/registries.conf.d/b.conf");
        Write("etc/containers/registries.rootful.conf.d/b.conf", "etc/containers/registries.rootless.conf.d/1000/b.conf");
        Write("usr/share/containers/registries.conf.d/c.conf", "usr/share/containers/registries.conf.d/no.txt");
        string[] dropIns = ["home/.config/containers/registries.conf.d/a.conf", second, "usr/share/containers/registries.conf.d/c.conf"];
        Assert.Equal(["home/.config/containers/registries.conf", .. dropIns], Find(user));
        File.Delete(_directory["home/.config/containers/registries.conf"]);
        Assert.Equal(["etc/containers/registries.conf", .. dropIns], Find(user));
        File.Delete(_directory["etc/containers/registries.conf"]);
        Assert.Equal(["usr/share/containers/registries.conf", .. dropIns], Find(user));
    }

    [Fact]
    public void A_named_file_is_read_alone_but_for_named_drop_ins_and_the_override()
    {
        Write("etc/containers/registries.conf", "etc/containers/registries.conf.d/a.conf", "one.conf", "two.conf", "last.conf", "d/2.conf", "d/1.conf");
        var variable = ("CONTAINERS_REGISTRIES_CONF", _directory["one.conf"]);
        var last = ("CONTAINERS_REGISTRIES_CONF_OVERRIDE", _directory["last.conf"]);
        Assert.Equal(["one.conf", "last.conf"], Find(0, null, null, variable, last));
        Assert.Equal(["two.conf"], Find(0, "two.conf", null, variable));
        Assert.Equal(["two.conf", "d/1.conf", "d/2.conf"], Find(0, "two.conf", "d", variable));
        Assert.Equal(["etc/containers/registries.conf", "d/1.conf", "d/2.conf"], Find(0, null, "d"));
    }

    [Fact]
    public void A_named_file_or_directory_must_exist()
    {
        Assert.Contains($"open {_directory["no.conf"]}: no such file", Assert.Throws<BuildSharpException>(() => Find(0, "no.conf")).Message);
        Assert.Contains($"open {_directory["no.d"]}: no such file", Assert.Throws<BuildSharpException>(() => Find(0, null, "no.d")).Message);
        Assert.Contains("no such file", Assert.Throws<BuildSharpException>(() => Find(0, null, null, ("CONTAINERS_REGISTRIES_CONF", _directory["x"]))).Message);
    }

    [Fact]
    public void Certificates_are_in_the_first_directory_of_the_server()
    {
        Assert.Null(Certificates());
        foreach (var place in new[] { "etc/docker", "usr/share/containers", "etc/containers", "home/.config/containers" })
        {
            var directory = _directory.MakeDirectory($"{place}/certs.d/a.org:5000");
            _directory.MakeDirectory($"{place}/certs.d/a.org");
            Assert.Equal(directory, Certificates());
        }
    }

    private string? Certificates() =>
        CertificateDirectories.Find("a.org:5000", new Dictionary<string, string> { ["HOME"] = _directory["home"] }, _directory.Path);

    private void Write(params string[] files)
    {
        foreach (var file in files)
        {
            _directory.Write(file, "");
        }
    }

    private IEnumerable<string> Find(uint user, string? file = null, string? directory = null, params (string Name, string Value)[] variables)
    {
        var environment = variables.Append(("HOME", _directory["home"])).ToDictionary();
        var files = new RegistriesConfFiles(file is null ? null : _directory[file], directory is null ? null : _directory[directory]);
        return files.Find(environment, ConfigurationOwner.Of(user, _directory.Path, environment)).Select(found => Path.GetRelativePath(_directory.Path, found));
    }
}
