using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;

namespace BuildSharp.Cli.Commands;

/// <summary><c>help [VERB]</c>: the same text as <c>VERB --help</c>.</summary>
internal sealed class HelpVerb : SyncVerb
{
    public override string Synopsis => "[command]";

    public override string Summary => "Show the help of a command";

    public override VerbGroup Group => VerbGroup.Additional;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    protected override int Run(Invocation call)
    {
        if (call.Positionals.Count == 0)
        {
            return CommandTree.ShowRootHelp(call.Surroundings);
        }

        var entry = VerbTable.Find(call.Positionals[0])
            ?? throw VerbScan.NoSuchVerb(call.Positionals, at: 0, call.Surroundings.Program);
        return CommandTree.ShowHelp(entry, call.Surroundings);
    }
}
