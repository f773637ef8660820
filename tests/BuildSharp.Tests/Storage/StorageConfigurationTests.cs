using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Configuration;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

public sealed class StorageConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresFact(Needs.Root)]
    public void The_file_counts_then_the_environment_then_the_flags()
    {
        const string file = """
            [storage]
            driver = "overlay2"
            graphroot = "$HOME/graph"
            runroot = "/run/x-${UID}"
            unheard = 1
            [storage.options]
            additionalimagestores = ["/ro"]
            [storage.options.overlay]
            mountopt = "nodev"
            """;
        var options = Resolve(file, new StorageFlags());
        Assert.Equal(("overlay", _directory["graph"], "/run/x-0"), (options.Driver, options.GraphRoot, options.RunRoot));
        Assert.Equal(["/ro"], options.AdditionalImageStores);
        Assert.Equal(["overlay.mountopt=nodev"], options.DriverOptions);
        Assert.EndsWith("unknown key storage.unheard", Assert.Single(options.Warnings), StringComparison.Ordinal);

        options = Resolve(file, new StorageFlags(), ("STORAGE_DRIVER", "vfs"), ("STORAGE_OPTS", ""));
        Assert.Equal("vfs", options.Driver);
        Assert.Empty(options.DriverOptions);

        options = Resolve(file, new StorageFlags { Root = "/other" });
        Assert.Equal(("/other", "/run/containers/storage"), (options.GraphRoot, options.RunRoot));

        options = Resolve(file, new StorageFlags { Driver = "overlay", Options = ["overlay.mountopt=noexec"] });
        Assert.Equal(["overlay.mountopt=noexec"], options.DriverOptions);

        options = Resolve(file, new StorageFlags { Options = ["overlay.imagestore=/a,/b", "additionalimagestore=/c"] });
        Assert.Equal(["/ro", "/a", "/b", "/c"], options.AdditionalImageStores);
        Assert.Empty(options.DriverOptions);
    }

    [RequiresTheory(Needs.Root)]
    [InlineData("[storage]\nimagestore = \"/split\"", "split image store")]
    [InlineData("[storage]\ndriver = 3", "storage.driver must be a string")]
    [InlineData("[storage]\ndriver = \"btrfs\"", "\"btrfs\" is not supported")]
    [InlineData("[storage.options.overlay]\nuse_composefs = \"true\"", "composefs")]
    [InlineData("[storage.options.overlay]\nsize = \"1G\"", "quotas")]
    [InlineData("[storage.options.overlay]\nmount_program = \"/usr/bin/fuse-overlayfs\"", "mount programs")]
    public void What_is_not_supported_is_refused_by_name(string file, string part) =>
        Assert.Contains(part, Assert.Throws<BuildSharpException>(() => Store.Open(Resolve(file, new StorageFlags()))).Message, StringComparison.Ordinal);

    [RequiresTheory(Needs.Root)]
    [InlineData("additionallayerstores = [\"/lazy:ref\"]", "storage.options.additionallayerstores has no effect here")]
    [InlineData("remap-user = \"containers\"", "storage.options.remap-user has no effect here")]
    [InlineData("additionallayerstores = []", null)]
    [InlineData("remap-uids = \"\"", null)]
    [InlineData("auto-userns-min-size = 1024", null)]
    [InlineData("pull_options = {enable_partial_images = \"true\"}", null)]
    [InlineData("ostree_repo = \"/x\"", "unknown key storage.options.ostree_repo")]
    public void A_key_that_is_in_vain_is_told(string line, string? expected)
    {
        var warnings = Resolve($"[storage.options]\n{line}\n", new StorageFlags()).Warnings;
        Assert.Equal(expected is null ? [] : [$"{_directory["storage.conf"]}: {expected}"], warnings);
    }

    // The kernel of every machine that .NET 10 supports and that runs these tests is newer than 5.13.
    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs", "vfs-images", "overlay")]
    [InlineData("overlay", "vfs-images", "overlay-images")]
    public void A_users_driver_is_that_of_his_first_list_of_images_and_else_overlay(string driver, params string[] present)
    {
        foreach (var name in present)
        {
            _directory.MakeDirectory($"store/{name}");
        }

        var owner = new ConfigurationOwner(IsRootless: true, 1234, _directory["system"]);
        var options = StorageConfiguration.Resolve(
            new StorageFlags { Root = _directory["store"], RunRoot = _directory["run"] }, new Dictionary<string, string> { ["HOME"] = _directory.Path }, owner);
        using var store = Store.Open(options);
        Assert.Equal(driver, store.DriverName);
    }

    [RequiresFact(Needs.Root)]
    public void A_file_that_the_environment_names_must_exist() =>
        Assert.Contains("does not exist", Assert.Throws<BuildSharpException>(() => StorageConfiguration.Resolve(
            new StorageFlags(), new Dictionary<string, string> { ["CONTAINERS_STORAGE_CONF"] = _directory["none"] })).Message, StringComparison.Ordinal);

    private StoreOptions Resolve(string file, StorageFlags flags, params (string Name, string Value)[] environment)
    {
        var variables = new Dictionary<string, string>
        {
            ["CONTAINERS_STORAGE_CONF"] = _directory.Write("storage.conf", file),
            ["HOME"] = _directory.Path,
        };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return StorageConfiguration.Resolve(flags, variables);
    }
}
