using BuildSharp.Cli.Commands;
using BuildSharp.Cli.Commands.Skopeo;
using BuildSharp.Cli.Commands.WorkingContainers;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;
using BuildSharp.Cli.Namespaces;
using BuildSharp.Cli.Output;
using BuildSharp.Cli.Output.Progress;

namespace BuildSharp.Cli;

/// <summary>Parses a command line and runs its verb. For a fast start, creates only the verb that is named, and uses System.CommandLine for
/// help and completion only.</summary>
internal static class Launcher
{
    /// <summary>Runs one command line, reports its errors, and returns the exit status.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> words, Surroundings surroundings, Interrupt interrupt)
    {
        (words, surroundings) = SkopeoDispatch.Enter(words, surroundings);
        try
        {
            var status = await DispatchAsync(words, surroundings, interrupt).ConfigureAwait(false);
            // FlushAsync would start the thread pool for one write.
            surroundings.Out.Flush();
            return status;
        }
        catch (Exception error)
        {
            return ErrorReport.Report(error, surroundings, interrupt.ExitStatus);
        }
    }

    private static async Task<int> DispatchAsync(IReadOnlyList<string> words, Surroundings surroundings, Interrupt interrupt)
    {
        if (words.Count > 0 && words[0].StartsWith("[suggest", StringComparison.Ordinal))
        {
            return CommandTree.Suggest(words, surroundings);
        }

        var at = VerbScan.FindVerb(words);
        if (at < 0)
        {
            return RunWithoutVerb(words, surroundings);
        }

        if (surroundings.IsSkopeo && words[at] == "help")
        {
            return words.Count > at + 1 && SkopeoTable.Find(words[at + 1]) is { } explained
                ? CommandTree.ShowHelp(explained, surroundings)
                : CommandTree.ShowRootHelp(surroundings);
        }

        words = surroundings.IsSkopeo ? words : GroupVerb.Translate(words, at);
        var entry = (surroundings.IsSkopeo
                ? SkopeoTable.Find(words[at])
                : SkopeoDispatch.FindByPlace(words, at, surroundings) ?? VerbTable.Find(words[at]))
            ?? throw VerbScan.NoSuchVerb(words, at, surroundings);
        var verb = entry.Create();
        var flags = new FlagSet([.. verb.Flags, .. GlobalFlags.All]);
        var line = FlagParser.Parse([.. words.Take(at), .. words.Skip(at + 1)], flags, verb.Placement, surroundings.Environment);
        if (line.HelpWanted)
        {
            return CommandTree.ShowHelp(entry, surroundings);
        }

        line.Flags.RefuseUnsupported();
        surroundings.Log = OpenLog(line.Flags, flags.Find("debug") == GlobalFlags.Debug, surroundings);
        verb.Arguments.Check(line.Positionals, verb.Placement == FlagPlacement.BeforePositionals);
        var call = new Invocation(entry.Name, words[at], line.Flags, line.Positionals, surroundings, interrupt);
        if (verb.NeedsNamespace(call) && OwnNamespace.Run(call) is { } status)
        {
            return status;
        }

        if (verb.IsConfigured)
        {
            surroundings = surroundings.WithConfiguration();
            line.Flags.UseEnvironment(surroundings.Environment);
        }

        foreach (var missing in RegistryFlags.MissingConfiguration(line.Flags, surroundings.WorkingDirectory))
        {
            surroundings.Log.Warning(missing);
        }

        using var display = TerminalProgress.TryOpen(line.Flags, surroundings);
        using var json = JsonProgress.TryOpen(line.Flags, surroundings);
        surroundings = (display?.Around(surroundings) ?? surroundings) with { Json = json };
        call = call with { Surroundings = surroundings };
        call.Debug?.Report($"{ProductVersion.Line(surroundings)}: {CallText.Of(call)}");
        return await verb.RunAsync(call, verb.Waits(call) ? interrupt.Token : CancellationToken.None).ConfigureAwait(false);
    }

    private static int RunWithoutVerb(IReadOnlyList<string> words, Surroundings surroundings)
    {
        var flags = new FlagSet([GlobalFlags.Version, .. GlobalFlags.All, .. surroundings.IsSkopeo ? SkopeoFlags.Globals : []]);
        var line = FlagParser.Parse(words, flags, FlagPlacement.Anywhere, surroundings.Environment);
        if (!line.HelpWanted && line.Flags.Bool("version"))
        {
            surroundings.Out.WriteLine(ProductVersion.Line(surroundings));
            return 0;
        }

        // After the word skopeo, as the help of any other verb.
        return surroundings.IsSkopeo && surroundings.Program != SkopeoDispatch.Word
            ? CommandTree.ShowHelp(VerbTable.Find(SkopeoDispatch.Word)!, surroundings with { Program = surroundings.Program.Split(' ')[0] })
            : CommandTree.ShowRootHelp(surroundings);
    }

    // Some verbs define --debug with another meaning.
    private static Log OpenLog(FlagValues flags, bool hasGlobalDebug, Surroundings surroundings)
    {
        var level = Log.ParseLevel(flags.Text("log-level")!);
        if (hasGlobalDebug && flags.Bool("debug") && level > LogLevel.Debug)
        {
            level = LogLevel.Debug;
        }

        return new Log(surroundings.Error, level, surroundings.ErrorIsTerminal, surroundings.Clock);
    }
}
