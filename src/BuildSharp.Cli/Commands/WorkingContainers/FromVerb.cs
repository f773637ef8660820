using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>from IMAGE</c>: creates a working container and prints its name.</summary>
internal sealed class FromVerb : Verb
{
    public override string Synopsis => "[flags] IMAGE";

    public override string Summary => "Make a working container from an image, or from scratch";

    public override IReadOnlyList<string> Examples => ["from scratch", "from --name work oci:./image:latest"];

    public override VerbGroup Group => VerbGroup.Container;

    public override bool IsConfigured => true;

    public override ArgumentRule Arguments { get; } =
        new(1, "an image name (or \"scratch\") must be specified", 1, "too many arguments specified");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Text("name", "name of the container", value: "name"),
        Flag.Text("suffix", "what the generated name ends with", value: "suffix").Hide(),
        Flag.Text("cidfile", "file to write the container's ID to", value: "file"),
        ImageFormat.FlagWith('f'),
        .. PullPolicyFlags.All,
        RegistryFlags.Quiet,
        ProgressFlags.Progress,
        .. RegistryFlags.All,
        .. PlatformFlags.All,
        .. NamespaceFlags.All,
        .. UserNamespaceFlags.All,
        .. RunEnvironmentFlags.All,
    ];

    /// <remarks>A container from a local image is created faster than a signal thread starts. Pulls and ONBUILD instructions ask for the
    /// token.</remarks>
    public override bool Waits(Invocation call) => false;

    public override bool NeedsNamespace(Invocation call) => true;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var flags = call.Flags;
        RegistryFlags.Check(flags);
        ResultFiles.Require(call, "cidfile");
        var format = ImageFormat.MediaTypeOf(flags.Text("format")!);
        var policy = PullPolicyFlags.Read(flags);
        var settings = RunEnvironment.Settings(call);
        var platform = PlatformFlags.First(flags, call.Log.Warning);

        using var store = call.OpenStoreAsRoot();
        var name = call.Positionals[0];
        var images = new BaseImages(store, call, policy);
        var found = name == "scratch"
            ? null
            : images.FindStored(name, platform) ?? await images.FindAsync(name, platform, call.Interrupt.Token).ConfigureAwait(false);
        var container = WorkingContainer.Create(
            store,
            new FromOptions
            {
                Base = found?.Image,
                BaseName = found?.Name,
                NamedAfter = found is null ? null : found.Name ?? ImageName.TryStripStore(name, store) ?? name,
                Name = flags.NonEmptyText("name"),
                Suffix = flags.NonEmptyText("suffix"),
                Format = format,
                Settings = settings,
                Platform = platform,
            },
            call.Surroundings.Clock);
        var isReady = false;
        try
        {
            await BaseTriggers.DoAsync(container, settings, store, call).ConfigureAwait(false);
            isReady = true;
        }
        finally
        {
            if (!isReady)
            {
                container.Remove();
            }
        }

        if (flags.NonEmptyText("cidfile") is { } file)
        {
            File.WriteAllText(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), container.Id);
        }

        call.Out.WriteLine(container.Name);
        return 0;
    }
}
