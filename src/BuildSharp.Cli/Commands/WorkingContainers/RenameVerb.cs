using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>rename CTR NEW</c>.</summary>
internal sealed class RenameVerb : SyncVerb
{
    public override string Synopsis => "[flags] CONTAINER NAME";

    public override string Summary => "Give a working container another name";

    public override IReadOnlyList<string> Examples => ["rename working-container app"];

    public override VerbGroup Group => VerbGroup.Container;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override ArgumentRule Arguments { get; } = new(2, "accepts 2 arg(s), received {n}", 2, "accepts 2 arg(s), received {n}");

    protected override int Run(Invocation call)
    {
        using var store = call.OpenStore();
        var container = WorkingContainer.Open(store, call.Positionals[0]);
        var name = call.Positionals[1];
        if (container.Name != name && store.Containers.Find(name) is { } other && other.Names.Contains(name))
        {
            throw new BuildSharpException($"the container name {GoQuoting.Quote(name)} is already in use by container {GoQuoting.Quote(other.Id)}");
        }

        container.Rename(name);
        return 0;
    }
}
