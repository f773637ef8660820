using System.CommandLine;
using System.CommandLine.Invocation;

namespace BuildSharp.Cli.Help;

/// <summary>Writes the root help: the verbs by group, then the global flags.</summary>
internal sealed class RootHelpAction(Surroundings surroundings) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var program = surroundings.Program;
        var output = parseResult.InvocationConfiguration.Output;
        var root = parseResult.RootCommandResult.Command;
        output.WriteLine();
        output.WriteLine($"  {root.Description}");
        output.WriteLine();
        output.WriteLine("Usage:");
        output.WriteLine($"  {program} [flags]");
        output.WriteLine($"  {program} [command]");

        var verbs = CommandTree.VerbsOf(surroundings).Select(entry => (entry.Name, Verb: entry.Create())).Where(row => !row.Verb.Hidden).ToList();
        var width = verbs.Max(row => row.Name.Length);
        foreach (var group in verbs.GroupBy(row => row.Verb.Group).OrderBy(group => group.Key))
        {
            output.WriteLine();
            output.WriteLine($"{group.Key} Commands:");
            foreach (var (name, verb) in group.OrderBy(row => row.Name, StringComparer.Ordinal))
            {
                output.WriteLine($"  {name.PadRight(width)}  {verb.Summary}");
            }
        }

        output.WriteLine();
        FlagHelp.Write(root.Options, output);
        output.WriteLine();
        output.WriteLine($"\"{program} COMMAND --help\" tells more about a command.");
        return 0;
    }
}
