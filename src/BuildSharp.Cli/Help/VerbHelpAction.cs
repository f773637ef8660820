using System.CommandLine;
using System.CommandLine.Invocation;
using BuildSharp.Cli.Commands;

namespace BuildSharp.Cli.Help;

/// <summary>Writes the help of a verb in the layout of cobra, which buildah's users know.</summary>
internal sealed class VerbHelpAction(string program, Verb verb) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine();
        foreach (var line in verb.Description.Split('\n'))
        {
            output.WriteLine(line.Length > 0 ? $"  {line}" : "");
        }

        output.WriteLine();
        output.WriteLine("Usage:");
        output.WriteLine($"  {program} {command.Name} {verb.Synopsis}");
        if (command.Aliases.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Aliases:");
            output.WriteLine($"  {string.Join(", ", command.Aliases.Prepend(command.Name))}");
        }

        if (verb.Examples.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Examples:");
            foreach (var example in verb.Examples)
            {
                output.WriteLine($"  {program} {example}");
            }
        }

        output.WriteLine();
        FlagHelp.Write(command.Options, output);
        return 0;
    }
}
