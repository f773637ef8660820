using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary><c>pull IMAGE</c>: copies an image into the store and prints its ID.</summary>
internal sealed class PullVerb : Verb
{
    public override string Synopsis => "[flags] IMAGE";

    public override string Summary => "Bring an image into local storage";

    public override IReadOnlyList<string> Examples => ["pull docker.io/library/alpine:3.20", "pull oci:./image:latest", "pull docker-archive:image.tar"];

    public override VerbGroup Group => VerbGroup.Registry;

    public override bool IsConfigured => true;

    public override ArgumentRule Arguments { get; } =
        new(1, "an image name must be specified", 1, "too many arguments specified");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("all-tags", "pull every tag of the repository", 'a'),
        Flag.Text("policy", "when to fetch the image: missing, always, ifnewer or never", standard: "missing", value: "policy"),
        Flag.Bool("remove-signatures", "leave signatures behind").Accept(),
        RegistryFlags.Quiet,
        ProgressFlags.Progress,
        .. RegistryFlags.All,
        .. PlatformFlags.All,
    ];

    public override bool NeedsNamespace(Invocation call) => true;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        RegistryFlags.Check(call.Flags);
        var policy = PullPolicyFlags.ReadOfPull(call.Flags.Text("policy")!);
        var platform = PlatformFlags.First(call.Flags, call.Log.Warning);
        using var store = call.OpenStoreAsRoot();
        if (call.Flags.Bool("all-tags"))
        {
            call.Out.WriteLine((await AllTagsPull.RunAsync(store, call, platform, policy, cancellation).ConfigureAwait(false)).Id);
            return 0;
        }

        var found = await new BaseImages(store, call, policy).FindAsync(call.Positionals[0], platform, cancellation).ConfigureAwait(false);
        call.Out.WriteLine(found.Image.Id);
        return 0;
    }
}
