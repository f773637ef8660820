using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Configuration;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>Which storage.conf counts for whom (containers-storage.conf(5)).</summary>
public sealed class ConfigurationFilesTests : IDisposable
{
    private static readonly string[] SearchPath = ["home/.config/containers/storage.conf", "etc/containers/storage.conf", "usr/share/containers/storage.conf"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0u, 1)] // root has no file of its own unless XDG_CONFIG_HOME says where
    [InlineData(1000u, 0)]
    public void The_first_file_of_the_search_path_counts_alone(uint user, int first)
    {
        foreach (var file in SearchPath)
        {
            _directory.Write(file, $"[storage]\ndriver = \"vfs\"\n[storage.options]\nadditionalimagestores = [\"/{file}\"]\n");
        }

        foreach (var file in SearchPath[first..])
        {
            var options = Resolve(user);
            Assert.Equal(["/" + file], options.AdditionalImageStores);
            Assert.Equal(_directory[file], options.ConfigurationFile);
            File.Delete(_directory[file]);
        }

        Assert.Null(Resolve(user, configurationHome: "").ConfigurationFile);
    }

    [Fact]
    public void Roots_own_file_is_where_XDG_CONFIG_HOME_says()
    {
        _directory.Write("etc/containers/storage.conf", "[storage]\ndriver = \"vfs\"\n");
        var own = _directory.Write("own/containers/storage.conf", "[storage]\ndriver = \"overlay\"\n");
        var options = Resolve(0, configurationHome: _directory["own"]);
        Assert.Equal((own, "overlay"), (options.ConfigurationFile, options.Driver));
    }

    [Theory]
    [InlineData(0u, "d: etc/containers/storage.conf.d, e: etc/containers/storage.rootful.conf.d, u: usr/share/containers/storage.rootful.conf.d")]
    [InlineData(1000u, "d: home/.config/containers/storage.conf.d, e: etc/containers/storage.rootless.conf.d/1000, u: etc/containers/storage.rootless.conf.d")]
    public void Of_drop_ins_with_one_name_the_nearest_counts_and_the_last_name_wins(uint user, string expected)
    {
        _directory.Write("etc/containers/storage.conf", "[storage]\ndriver = \"vfs\"\ngraphroot = \"/main\"\n");
        foreach (var (name, places) in new Dictionary<string, string[]>
        {
            ["d"] = ["home/.config/containers/storage.conf.d", "etc/containers/storage.conf.d", "usr/share/containers/storage.conf.d"],
            ["e"] = ["etc/containers/storage.rootless.conf.d/1000", "etc/containers/storage.rootless.conf.d", "etc/containers/storage.rootful.conf.d", "etc/containers/storage.conf.d"],
            ["u"] = ["etc/containers/storage.rootless.conf.d", "usr/share/containers/storage.rootful.conf.d", "usr/share/containers/storage.conf.d"],
        })
        {
            foreach (var place in places)
            {
                _directory.Write($"{place}/{name}.conf", $"[storage.options.overlay]\nforce_{name} = \"{place}\"\n[storage]\nrunroot = \"/{name}\"\n");
                _directory.Write($"{place}/ignored.txt", "not toml");
            }
        }

        var options = Resolve(user);
        Assert.Equal(
            expected, string.Join(", ", options.DriverOptions.Select(option => option.Replace("overlay.force_", "", StringComparison.Ordinal).Replace("=", ": ", StringComparison.Ordinal))));
        if (user == 0)
        {
            Assert.Equal(("/main", "/u", "vfs"), (options.GraphRoot, options.RunRoot, options.Driver));
        }
    }

    [Fact]
    public void A_file_named_by_the_environment_stands_alone_but_for_the_override()
    {
        _directory.Write("etc/containers/storage.conf.d/a.conf", "[storage]\ndriver = \"overlay\"\n");
        var only = _directory.Write("only.conf", "[storage]\ngraphroot = \"/only\"\nrunroot = \"/onlyrun\"\n");
        var last = _directory.Write("last.conf", "[storage]\nrunroot = \"/lastrun\"\n");
        var options = Resolve(0, variables: [("CONTAINERS_STORAGE_CONF", only), ("CONTAINERS_STORAGE_CONF_OVERRIDE", last)]);
        Assert.Equal(("/only", "/lastrun", null), (options.GraphRoot, options.RunRoot, options.Driver));
        Assert.Contains(
            "cannot read the storage configuration",
            Assert.Throws<BuildSharpException>(() => Resolve(0, variables: [("CONTAINERS_STORAGE_CONF_OVERRIDE", _directory["none"])])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_has_directories_of_his_own_whatever_the_systems_file_says()
    {
        _directory.Write("etc/containers/storage.conf", "[storage]\ngraphroot = \"/system\"\nrunroot = \"/systemrun\"\n");
        var home = _directory["home"];
        var run = _directory.MakeDirectory("run/user/1000") + "/containers";
        Assert.Equal(($"{home}/.local/share/containers/storage", run), Roots(Resolve(1000)));
        Assert.Equal(("/data/containers/storage", "/r/containers"), Roots(Resolve(1000, variables: [("XDG_DATA_HOME", "/data"), ("XDG_RUNTIME_DIR", "/r")])));
        Assert.Equal(("/system", "/systemrun"), Roots(Resolve(0)));

        _directory.Write("etc/containers/storage.conf", "[storage]\nrootless_storage_path = \"$HOME/mine-$UID\"\n");
        Assert.Equal(($"{home}/mine-1000", run), Roots(Resolve(1000)));

        _directory.Write("home/.config/containers/storage.conf", "[storage]\ngraphroot = \"/own\"\n");
        Assert.Equal(("/own", run), Roots(Resolve(1000)));
    }

    [Fact]
    public void Root_in_a_users_namespace_is_that_user()
    {
        var run = _directory.MakeDirectory("run/user/1001") + "/containers";
        Assert.Equal(
            (_directory["home"] + "/.local/share/containers/storage", run),
            Roots(Resolve(0, variables: [("_CONTAINERS_USERNS_CONFIGURED", "done"), ("_CONTAINERS_ROOTLESS_UID", "1001")])));
        Assert.Equal(
            ("/var/lib/containers/storage", "/run/containers/storage"),
            Roots(Resolve(0, variables: [("_CONTAINERS_USERNS_CONFIGURED", "done"), ("_CONTAINERS_ROOTLESS_UID", "0")])));
    }

    [RequiresFact(Needs.Root, "ln")]
    public async Task Without_a_runtime_directory_there_is_one_among_the_temporary_files_that_nobody_else_may_have_made()
    {
        var temporary = _directory.MakeDirectory("tmp");
        (string, string)[] variables = [("TMPDIR", temporary)];
        var runtime = Path.Combine(temporary, "storage-run-1000");
        Assert.Equal($"{runtime}/containers", Resolve(1000, variables: variables).RunRoot);

        // In a user's namespace we are root, and what is ours is root's.
        Directory.CreateDirectory(runtime, (UnixFileMode)0b111_000_000);
        Assert.Equal($"{runtime}/containers", Resolve(1000, variables: variables).RunRoot);
        File.SetUnixFileMode(runtime, (UnixFileMode)0b111_111_111);
        Assert.Contains("only you can write to", Assert.Throws<BuildSharpException>(() => Resolve(1000, variables: variables)).Message);
        Directory.Delete(runtime);
        await Tool.Named("ln").RunAsync("-s", _directory.MakeDirectory("elsewhere"), runtime);
        Assert.Contains("only you can write to", Assert.Throws<BuildSharpException>(() => Resolve(1000, variables: variables)).Message);
    }

    private static (string, string) Roots(StoreOptions options) => (options.GraphRoot, options.RunRoot);

    private StoreOptions Resolve(uint user, string? configurationHome = null, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string> { ["HOME"] = _directory["home"] };
        if (configurationHome is not null)
        {
            environment["XDG_CONFIG_HOME"] = configurationHome;
        }

        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return StorageConfiguration.Resolve(new StorageFlags(), environment, ConfigurationOwner.Of(user, _directory.Path, environment));
    }
}
