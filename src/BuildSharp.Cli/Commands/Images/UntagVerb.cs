using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Images;

/// <summary><c>untag IMAGE [NAME…]</c> (podman-untag(1)).</summary>
internal sealed class UntagVerb : SyncVerb
{
    public override string Synopsis => "IMAGE [IMAGE...]";

    public override string Summary => "Take names from a local image";

    public override string Description =>
        "Takes the given names from the image that the first word names, or all its names when\nthere is no other word. The image stays, also without a name.";

    public override IReadOnlyList<string> Examples => ["untag app app:1.0", "untag app"];

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override ArgumentRule Arguments { get; } = new(1, "requires at least 1 arg(s), only received {n}");

    protected override int Run(Invocation call)
    {
        using var store = call.OpenStore();
        var image = store.RequireImage(call.Positionals[0]);
        var names = call.Positionals.Skip(1)
            .Select(text => ImageName.Matching(image.Names, text) ?? throw new BuildSharpException($"{text}: no name of image {image.Id}")).ToList();
        foreach (var name in names.Count == 0 ? image.Names : names)
        {
            store.Images.RemoveName(image.Id, name);
        }

        return 0;
    }
}
