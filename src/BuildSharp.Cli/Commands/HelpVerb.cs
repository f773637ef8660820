using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;

namespace BuildSharp.Cli.Commands;

/// <summary><c>help [VERB]</c>: the same text as <c>VERB --help</c>; with <c>--man</c> the manual pages of all verbs.</summary>
internal sealed class HelpVerb : SyncVerb
{
    public override string Synopsis => "[command]";

    public override string Summary => "Show the help of a command";

    public override VerbGroup Group => VerbGroup.Additional;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IEnumerable<FlagDefinition> Flags => [Flag.Text("man", "write the manual pages of all commands into a directory", value: "directory")];

    protected override int Run(Invocation call)
    {
        if (call.Flags.NonEmptyText("man") is { } directory)
        {
            ManPage.WriteAll(Path.GetFullPath(directory, call.Surroundings.WorkingDirectory), call.Surroundings.Program);
            return 0;
        }

        if (call.Positionals.Count == 0)
        {
            return CommandTree.ShowRootHelp(call.Surroundings);
        }

        var entry = VerbTable.Find(call.Positionals[0])
            ?? throw VerbScan.NoSuchVerb(call.Positionals, at: 0, call.Surroundings);
        return CommandTree.ShowHelp(entry, call.Surroundings);
    }
}
