using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using BuildSharp.Cli.Commands;
using BuildSharp.Cli.Commands.Skopeo;
using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Help;

/// <summary>The verbs and their flags as System.CommandLine symbols, for help and completion only: other runs avoid its start-up
/// cost.</summary>
internal static class CommandTree
{
    /// <summary>Prints the help of one verb.</summary>
    public static int ShowHelp(VerbEntry entry, Surroundings surroundings)
    {
        var root = RootCommand(surroundings);
        root.Add(VerbCommand(entry, surroundings.Program));
        return root.Parse([entry.Name, "--help"]).Invoke(new InvocationConfiguration { Output = surroundings.Out, Error = surroundings.Error });
    }

    /// <summary>Prints the root help: all verbs and the global flags.</summary>
    public static int ShowRootHelp(Surroundings surroundings) =>
        Complete(surroundings).Parse(["--help"])
            .Invoke(new InvocationConfiguration { Output = surroundings.Out, Error = surroundings.Error });

    /// <summary>Answers a completion request of a shell, <c>[suggest:POSITION] LINE</c>, with one candidate per line.</summary>
    public static int Suggest(IReadOnlyList<string> words, Surroundings surroundings)
    {
        var line = words.Count > 1 ? words[1] : "";
        var colon = words[0].IndexOf(':');
        if (colon < 0 || !int.TryParse(words[0][(colon + 1)..].TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            position = line.Length;
        }

        foreach (var candidate in new Completion(surroundings).Of(line[..Math.Min(position, line.Length)]))
        {
            surroundings.Out.WriteLine(candidate);
        }

        return 0;
    }

    /// <summary>The tree with all verbs.</summary>
    public static Command Complete(Surroundings surroundings)
    {
        var root = RootCommand(surroundings);
        foreach (var entry in VerbsOf(surroundings))
        {
            root.Add(VerbCommand(entry, surroundings.Program));
        }

        return root;
    }

    /// <summary>The verbs of the program, or those of skopeo's command line.</summary>
    public static IReadOnlyList<VerbEntry> VerbsOf(Surroundings surroundings) => surroundings.IsSkopeo ? SkopeoTable.All : VerbTable.All;

    private static Command RootCommand(Surroundings surroundings)
    {
        var root = new Command(surroundings.Program.Replace(' ', '-'), surroundings.IsSkopeo ? "Works on container images wherever they are, with the commands of skopeo." : "Builds container images, from verbs in a script or from a Containerfile.");
        root.Add(AsOption(GlobalFlags.Version));
        foreach (var flag in GlobalsOf(surroundings))
        {
            var option = AsOption(flag);
            option.Recursive = true;
            root.Add(option);
        }

        root.Add(new HelpOption("--help", "-h") { Action = new RootHelpAction(surroundings), Description = "show this help" });
        return root;
    }

    // skopeo has other global flags than buildah, most of whose are about working containers.
    private static IEnumerable<FlagDefinition> GlobalsOf(Surroundings surroundings) => surroundings.IsSkopeo
        ? GlobalFlags.All.Concat(SkopeoFlags.Globals).Where(flag => flag.Support != FlagSupport.Refused)
        : GlobalFlags.All;

    private static Command VerbCommand(VerbEntry entry, string program)
    {
        var verb = entry.Create();
        var command = new Command(entry.Name, verb.Summary) { Hidden = verb.Hidden };
        foreach (var alias in entry.Aliases)
        {
            command.Aliases.Add(alias);
        }

        foreach (var flag in new FlagSet(verb.Flags).All)
        {
            command.Add(AsOption(flag));
        }

        command.Add(new HelpOption("--help", "-h") { Action = new VerbHelpAction(program, verb), Description = $"show the help of {entry.Name}" });
        command.Add(new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore });
        return command;
    }

    private static Option AsOption(FlagDefinition flag)
    {
        Option option = flag.Kind == FlagKind.Bool
            ? new Option<bool>("--" + flag.Name)
            : new Option<string[]>("--" + flag.Name)
            {
                Arity = flag.TakesWord ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
                AllowMultipleArgumentsPerToken = false,
                HelpName = flag.ValueName,
            };
        option.Hidden = flag.Hidden;
        option.Description = FlagHelp.Describe(flag);
        if (flag.Shorthand is { } letter)
        {
            option.Aliases.Add("-" + letter);
        }

        return option;
    }
}
