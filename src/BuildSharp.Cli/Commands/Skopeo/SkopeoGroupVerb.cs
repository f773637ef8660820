using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary><c>skopeo COMMAND</c>: skopeo's command line. Its words are taken apart before a verb is created
/// (<see cref="SkopeoDispatch.Enter"/>), so that this verb only has the help.</summary>
internal sealed class SkopeoGroupVerb : Verb
{
    public override string Synopsis => "COMMAND [arguments]";

    public override string Summary => "Commands of skopeo, on images wherever they are";

    public override string Description =>
        $"{Summary}:\n\n" + string.Join('\n', SkopeoTable.All.Select(entry => $"  {entry.Name,-16} {entry.Create().Summary}"))
        + "\n\nA program called by the name skopeo, such as a link to this one, takes the same commands.\nMessages and exit status are those of skopeo: 1, or 2 for an image that is not there.";

    public override IReadOnlyList<string> Examples =>
        ["skopeo copy docker://quay.io/app:1 oci:./layout:1", "skopeo inspect docker://quay.io/app:1", "skopeo copy --help"];

    public override VerbGroup Group => VerbGroup.Registry;

    public override FlagPlacement Placement => FlagPlacement.BeforeCommand;

    public override IReadOnlyList<string> FirstWords => [.. SkopeoTable.All.Select(entry => entry.Name)];

    public override bool Waits(Invocation call) => false;

    public override Task<int> RunAsync(Invocation call, CancellationToken cancellation) =>
        Task.FromResult(CommandTree.ShowHelp(VerbTable.Find(SkopeoDispatch.Word)!, call.Surroundings));
}
