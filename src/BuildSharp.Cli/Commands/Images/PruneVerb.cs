using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.WorkingContainers;
using BuildSharp.Cli.Flags;
using BuildSharp.Running.Caches;

namespace BuildSharp.Cli.Commands.Images;

/// <summary><c>prune [-a]</c>: removes images that nothing uses, and the caches of <c>RUN --mount=type=cache</c> (buildah-prune(1)).</summary>
internal sealed class PruneVerb : SyncVerb
{
    public override string Synopsis => "[flags]";

    public override string Summary => "Remove images that nothing uses, and the caches of mounts";

    public override string Description =>
        "Removes the images that have neither a name nor a container, or with --all all that have\nno container. "
        + "Steps that a named image was built from stay: they are the build cache.\nRemoves the caches of RUN --mount=type=cache too, but for those that a command is using.";

    public override IReadOnlyList<string> Examples => ["prune", "prune --all"];

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("all", "remove images with names, too", 'a'),
        Flag.Bool("force", "with --all, remove the containers of images, too", 'f'),
        Flag.Bool("keep-containers", "--force has the meaning of docker's, not to ask").Hide(),
    ];

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override bool NeedsNamespace(Invocation call) => true;

    protected override int Run(Invocation call)
    {
        NoArguments.Check(call);
        using var store = call.OpenStoreAsRoot();
        // docker's "image prune" removes images alone.
        var isDockers = call.Flags.Bool("keep-containers");
        foreach (var cache in isDockers ? [] : new CacheDirectories(RunEnvironment.CacheParent(call)).RemoveUnused())
        {
            call.Log.Warning($"{cache} is in use and stays");
        }

        var removal = new ImageDeletion(store, call.Flags.Bool("force") && !isDockers);
        var errors = new BundledErrors();
        if (call.Flags.Bool("all"))
        {
            removal.RemoveUnused(errors);
        }
        else
        {
            removal.RemoveDangling(errors);
        }

        removal.Print(call.Out);
        errors.ThrowAll();
        return 0;
    }
}
