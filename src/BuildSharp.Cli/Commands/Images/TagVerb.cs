using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Commands.Images;

/// <summary><c>tag IMAGE NAME…</c>.</summary>
internal sealed class TagVerb : SyncVerb
{
    public override string Synopsis => "[flags] IMAGE NAME...";

    public override string Summary => "Give a local image further names";

    public override IReadOnlyList<string> Examples => ["tag app app:1.0 app:latest"];

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override ArgumentRule Arguments { get; } = new(2, "requires at least 2 arg(s), only received {n}");

    protected override int Run(Invocation call)
    {
        using var store = call.OpenStore();
        var image = store.RequireImage(call.Positionals[0]);
        var names = call.Positionals.Skip(1).Select(ImageName.ForWriting).ToList();
        store.Images.AddNames(image.Id, names);
        return 0;
    }
}
