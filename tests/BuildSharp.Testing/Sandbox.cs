namespace BuildSharp.Testing;

/// <summary>
/// One end-to-end test's world: a directory with a storage root of its own, the published binary bound to it, and the tools that
/// judge it. Disposing it unmounts and removes everything.
/// </summary>
public sealed class Sandbox : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _driver;
    private readonly UnprivilegedUser? _user;
    private readonly OrdinaryUser? _ordinary;

    /// <summary>Makes the directories; starts nothing.</summary>
    /// <param name="driver">The storage driver of every tool.</param>
    /// <param name="asUser">Whether every tool is run by a user without rights, in a namespace of his. What is mounted there is not seen
    /// from outside: look at it with tools, too.</param>
    /// <param name="hasRange">Whether every tool is run by a user without rights and outside such a namespace, who has (or has not) further
    /// ids in /etc/subuid; null for root.</param>
    public Sandbox(string driver = "overlay", bool asUser = false, bool? hasRange = null)
    {
        _driver = driver;
        _user = asUser ? new UnprivilegedUser() : null;
        _ordinary = hasRange is { } range ? new OrdinaryUser(range) : null;
        Work = _directory.MakeDirectory("work");
        // No configuration of the machine's: neither a driver option nor a registry alias may leak into a test.
        var storage = _directory.Write("storage.conf", $"[storage]\ndriver = \"{driver}\"\ngraphroot = \"{Root}\"\nrunroot = \"{RunRoot}\"\n");
        // The limits are low because a container among containers may not raise them. A network for every command takes time, and only
        // tests of networks are about it.
        var containers = _directory.Write("containers.conf",
            """
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            netns = "host"
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "none"
            """);
        var registries = _directory.Write("registries.conf", "unqualified-search-registries = [\"docker.io\"]\n");
        var temporary = _directory.MakeDirectory("tmp");
        var home = _directory.MakeDirectory("home");
        // Without a policy nothing comes in, and a machine without these tools need not have one.
        _directory.Write("home/.config/containers/policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""");
        var run = _directory.MakeDirectory("run");
        _directory.MakeDirectory("libpod");
        Isolated = tool => Entering(tool.In(Work)
            .WithEnvironment("CONTAINERS_STORAGE_CONF", storage)
            .WithEnvironment("CONTAINERS_CONF", containers)
            .WithEnvironment("CONTAINERS_REGISTRIES_CONF", registries)
            .WithEnvironment("TMPDIR", temporary)
            .WithEnvironment("HOME", home)
            .WithEnvironment("XDG_RUNTIME_DIR", run));
        if (!IsRoot)
        {
            // The checkout may be in a directory that only root may enter.
            if (Tool.BuildSharp.Exists)
            {
                File.Copy(Tool.BuildSharp.Program, _directory["buildsharp"]);
            }

            UnprivilegedUser.Give(_directory.Path);
        }
    }

    private bool IsRoot => _user is null && _ordinary is null;

    private Func<Tool, Tool> Isolated { get; }

    /// <summary>Where programs start and a test puts its files.</summary>
    public string Work { get; }

    /// <summary>The <c>--root</c> of <see cref="BuildSharp"/>.</summary>
    public string Root => _directory["store/root"];

    /// <summary>The <c>--runroot</c> of <see cref="BuildSharp"/>.</summary>
    public string RunRoot => _directory["store/run"];

    /// <summary>The published binary on this sandbox's store.</summary>
    public Tool BuildSharp => OnStore(IsRoot ? Tool.BuildSharp : Tool.Named(_directory["buildsharp"]), "store");

    /// <summary>Debian's buildah on a second store, for building the same thing twice.</summary>
    public Tool Buildah => OnStore(Tool.Named("buildah"), "buildah");

    /// <summary>Debian's buildah on <see cref="BuildSharp"/>'s store, to read and change what we wrote.</summary>
    public Tool BuildahOnOurStore => OnStore(Tool.Named("buildah"), "store");

    /// <summary>podman with runc on <see cref="BuildSharp"/>'s store.</summary>
    public Tool Podman => OnStore(Tool.Named("podman"), "store").WithLeading("--runtime", "runc", "--tmpdir", _directory["libpod"]);

    /// <summary>An image of <see cref="BuildSharp"/>'s store as skopeo names it.</summary>
    public string Stored(string image) => $"containers-storage:[{_driver}@{Root}+{RunRoot}]{image}";

    /// <summary>A program of the system, started in <see cref="Work"/> without the machine's container configuration.</summary>
    public Tool Named(string program) => Isolated(Tool.Named(program));

    /// <summary>Absolute path of <paramref name="relative"/> below <see cref="Work"/>.</summary>
    public string this[string relative] => Path.Combine(Work, relative);

    /// <summary>Writes a text file below <see cref="Work"/>.</summary>
    public string Write(string relative, string text)
    {
        var path = _directory.Write(Path.Combine("work", relative), text);
        if (!IsRoot)
        {
            UnprivilegedUser.Give(Work);
        }

        return path;
    }

    /// <summary>Stores <see cref="BusyboxImage"/> as <c>localhost/base:latest</c> in the store of every given tool.</summary>
    public async Task AddBaseImageAsync(params Tool[] tools)
    {
        var layout = BusyboxImage.WriteLayout(_directory["base"]);
        foreach (var tool in tools)
        {
            if (Path.GetFileName(tool.Program) == "buildah")
            {
                // buildah's pull would name it after the directory, and history tells the first name.
                var store = $"[{_driver}@{tool.LeadingArguments[1]}+{tool.LeadingArguments[3]}]";
                await Named("skopeo").RunAsync("copy", "-q", layout, $"containers-storage:{store}localhost/base:latest");
                continue;
            }
            var id = await tool.ReadAsync("pull", "-q", layout);
            await tool.RunAsync("tag", id.Split('\n')[^1], "localhost/base:latest");
        }
    }

    /// <summary>Nothing may stay mounted below the stores once every container is unmounted; the home's own bind mount included.</summary>
    public IReadOnlyList<string> MountsLeft => MountPoints.Below(_directory.Path);

    /// <summary>Replaces this sandbox's paths in a snapshot.</summary>
    public Scrubber Scrubber => Scrubber.Default.Replacing(Work, "work").Replacing(_directory.Path, "sandbox");

    public void Dispose()
    {
        _user?.Dispose();
        _ordinary?.Dispose();
        _directory.Dispose();
    }

    private Tool Entering(Tool tool) => _user is not null ? _user.Entering(tool) : _ordinary is not null ? _ordinary.Running(tool) : tool;

    private Tool OnStore(Tool tool, string store) => Isolated(tool).WithLeading(
        "--root", _directory[$"{store}/root"], "--runroot", _directory[$"{store}/run"], "--storage-driver", _driver);
}
