using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary><c>image COMMAND</c> and <c>container COMMAND</c>: docker's spellings of our verbs.</summary>
internal sealed class GroupVerb(string name, VerbGroup group) : Verb
{
    // By group and command: the words of our verb.
    private static readonly (string Group, string Command, string[] Words)[] Spellings =
    [
        ("container", "inspect", ["inspect", "--type", "container"]),
        ("container", "list", ["containers"]),
        ("container", "ls", ["containers"]),
        ("container", "prune", ["rm", "--all"]),
        ("container", "rename", ["rename"]),
        ("container", "rm", ["rm"]),
        ("image", "build", ["build"]),
        ("image", "history", ["history"]),
        ("image", "inspect", ["inspect", "--type", "image"]),
        ("image", "list", ["images"]),
        ("image", "ls", ["images"]),
        ("image", "prune", ["prune", "--keep-containers"]),
        ("image", "pull", ["pull"]),
        ("image", "push", ["push"]),
        ("image", "rm", ["rmi"]),
        ("image", "tag", ["tag"]),
        ("image", "untag", ["untag"]),
    ];

    public override string Synopsis => "COMMAND [arguments]";

    public override string Summary => name == "image" ? "Commands on images by their docker names" : "Commands on working containers by their docker names";

    public override string Description => $"{Summary}:\n\n" + string.Join('\n', Own.Select(row => $"  {row.Command,-8} {string.Join(' ', row.Words)}"));

    public override IReadOnlyList<string> Examples => [$"{name} ls", $"{name} {Own.First().Command} --help"];

    public override VerbGroup Group => group;

    public override FlagPlacement Placement => FlagPlacement.BeforeCommand;

    public override IReadOnlyList<string> FirstWords => [.. Own.Select(row => row.Command)];

    private IEnumerable<(string Group, string Command, string[] Words)> Own => Spellings.Where(row => row.Group == name);

    /// <summary>Replaces the two words of a docker spelling by those of our verb, which other flags may follow.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="at">Index of the verb.</param>
    public static IReadOnlyList<string> Translate(IReadOnlyList<string> words, int at) =>
        at >= 0 && at + 1 < words.Count && Array.Find(Spellings, row => row.Group == words[at] && row.Command == words[at + 1]) is { Words: { } ours }
            ? [.. words.Take(at), .. ours, .. words.Skip(at + 2)]
            : words;

    public override bool Waits(Invocation call) => false;

    /// <remarks>A known command was translated before; what comes here has none or another.</remarks>
    public override Task<int> RunAsync(Invocation call, CancellationToken cancellation) => call.Positionals is [var command, ..]
        ? throw new BuildSharpException(
            $"unknown command {GoQuoting.Quote(command)} for {GoQuoting.Quote($"{call.Surroundings.Program} {name}")}{Suggestion.Clause(command, FirstWords)}")
        : Task.FromResult(CommandTree.ShowHelp(VerbTable.Find(name)!, call.Surroundings));
}
