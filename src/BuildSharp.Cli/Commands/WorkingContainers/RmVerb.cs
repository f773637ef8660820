using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>rm [-a] CTR…</c>: unmounts and removes working containers.</summary>
internal sealed class RmVerb : SyncVerb
{
    public override string Synopsis => "[flags] [CONTAINER...]";

    public override string Summary => "Remove working containers";

    public override IReadOnlyList<string> Examples => ["rm working-container", "rm --all"];

    public override VerbGroup Group => VerbGroup.Container;

    public override IEnumerable<FlagDefinition> Flags => [Flag.Bool("all", "remove every working container", 'a')];

    public override bool NeedsNamespace(Invocation call) => true;

    protected override int Run(Invocation call)
    {
        var all = call.Flags.Bool("all");
        if (call.Positionals.Count == 0 && !all)
        {
            throw new BuildSharpException("container ID must be specified");
        }

        if (call.Positionals.Count > 0 && all)
        {
            throw new BuildSharpException("when using the --all switch, you may not pass any containers names or IDs");
        }

        using var store = call.OpenStoreAsRoot();
        var errors = new ErrorSequence(call);
        if (all)
        {
            foreach (var container in WorkingContainer.List(store))
            {
                errors.Try(() => Remove(container, call), $"removing container {GoQuoting.Quote(container.Name)}: ", () => store.Containers.Find(container.Id) is null);
            }
        }

        foreach (var name in call.Positionals)
        {
            errors.Try(() => Remove(store, name, call), $"removing container {GoQuoting.Quote(name)}: ");
        }

        errors.ThrowLast();
        return 0;
    }

    private static void Remove(Store store, string name, Invocation call)
    {
        WorkingContainer container;
        try
        {
            container = WorkingContainer.TryOpen(store, name)
                ?? throw new BuildSharpException($"container not known{WorkingContainer.SuggestionFor(store, name)}");
        }
        catch (DamagedContainerException) when (store.Containers.Find(name) is { } record)
        {
            store.Containers.Remove(record.Id);
            call.Out.WriteLine(record.Id);
            return;
        }

        Remove(container, call);
    }

    private static void Remove(WorkingContainer container, Invocation call)
    {
        container.Remove();
        call.Out.WriteLine(container.Id);
    }
}
