using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>umount [-a] [CTR…]</c>: undoes one mount per container; a container that is not mounted is no error.</summary>
internal sealed class UmountVerb : SyncVerb
{
    public override string Synopsis => "[flags] [CONTAINER...]";

    public override string Summary => "Unmount the root filesystem of working containers";

    public override IReadOnlyList<string> Examples => ["umount working-container", "umount --all"];

    public override VerbGroup Group => VerbGroup.Container;

    public override IEnumerable<FlagDefinition> Flags => [Flag.Bool("all", "unmount every working container", 'a')];

    public override bool NeedsNamespace(Invocation call) => true;

    protected override int Run(Invocation call)
    {
        // "-a=false" counts as given, as in buildah.
        var all = call.Flags.IsSet("all");
        if (call.Positionals.Count == 0 && !all)
        {
            throw new BuildSharpException("at least one container ID must be specified");
        }

        if (call.Positionals.Count > 0 && all)
        {
            throw new BuildSharpException("when using the --all switch, you may not pass any container IDs");
        }

        using var store = call.OpenStoreAsRoot();
        var errors = new ErrorSequence(call);
        if (all)
        {
            foreach (var container in WorkingContainer.List(store))
            {
                errors.Try(() => Unmount(container, call), $"error unmounting container {container.Name}: ", () => store.Containers.Find(container.Id) is null);
            }
        }

        foreach (var name in call.Positionals)
        {
            errors.Try(() => Unmount(store.RequireContainer(name), call), $"error unmounting container {name}: ");
        }

        errors.ThrowLast();
        return 0;
    }

    private static void Unmount(WorkingContainer container, Invocation call)
    {
        if (container.Unmount())
        {
            call.Out.WriteLine(container.Id);
        }
    }
}
