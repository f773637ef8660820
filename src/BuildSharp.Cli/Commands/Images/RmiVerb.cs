using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Images;

/// <summary><c>rmi</c>: removes image names, and an image with its last name.</summary>
internal sealed class RmiVerb : SyncVerb
{
    private const string NoNames = "when using the --{0} switch, you may not pass any images names or IDs";

    public override string Synopsis => "[flags] [IMAGE...]";

    public override string Summary => "Remove images from local storage";

    public override IReadOnlyList<string> Examples => ["rmi app", "rmi --all --force"];

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("all", "remove every image", 'a'),
        Flag.Bool("force", "remove containers of the image too, and an image with all its names", 'f'),
        Flag.Bool("prune", "remove images without a name that nothing uses", 'p'),
    ];

    public override bool NeedsNamespace(Invocation call) => true;

    protected override int Run(Invocation call)
    {
        var (all, prune) = (call.Flags.Bool("all"), call.Flags.Bool("prune"));
        if (call.Positionals.Count == 0 && !all && !prune)
        {
            throw new BuildSharpException("image name or ID must be specified");
        }

        if (call.Positionals.Count > 0 && all)
        {
            throw new BuildSharpException(NoNames.Replace("{0}", "all", StringComparison.Ordinal));
        }

        if (call.Positionals.Count > 0 && prune)
        {
            throw new BuildSharpException(NoNames.Replace("{0}", "prune", StringComparison.Ordinal));
        }

        if (all && prune)
        {
            throw new BuildSharpException("when using the --all switch, you may not use --prune switch");
        }

        using var store = call.OpenStoreAsRoot();
        var removal = new ImageDeletion(store, call.Flags.Bool("force"));
        var errors = new BundledErrors();
        if (prune)
        {
            removal.RemoveDangling(errors);
        }
        else if (all)
        {
            removal.RemoveAll(errors);
        }

        foreach (var name in call.Positionals)
        {
            errors.Try(() => removal.Remove(name));
        }

        removal.Print(call.Out);
        errors.ThrowAll();
        return 0;
    }
}
