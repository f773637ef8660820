using System.Globalization;
using BuildSharp.Build;
using BuildSharp.Cli.Commands.Checking;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary><c>dockerfile ast|stages|expand FILE</c> and <c>dockerfile lint</c>: shows how Dockerfiles are parsed, and their errors and
/// warnings, without building.</summary>
internal sealed class DockerfileVerb : Verb
{
    private static readonly string[] Platform = ["platform", "os", "arch", "variant"];

    private const string Usage = "accepts 2 arg(s), ast, stages or expand and a file, received {n}";

    // The flags that have an effect, by command.
    private static readonly Dictionary<string, string[]> Commands = new()
    {
        ["ast"] = ["json"],
        ["stages"] = ["json", "build-arg", "build-arg-file", "target", .. Platform],
        ["expand"] = ["json", "build-arg", "build-arg-file", "target", .. Platform],
        ["lint"] = ["format", "build-arg", "build-arg-file", .. Platform],
    };

    public override string Synopsis => "[flags] ast|stages|expand FILE | lint [PATTERN...]";

    public override string Summary => "Show how a Containerfile is understood, and check it";

    public override string Description =>
        """
        Shows how a Containerfile is understood, and what is wrong with it; FILE may be
        "-" for standard input. Nothing is built.

          ast     the instructions as parsed, one a line
          stages  the stages up to the target: what each starts from and uses, and whether
                  it gets built
          expand  the instructions that get built, variables replaced and quotes removed;
                  the variables that base images set are not known
          lint    the mistakes and doubtful habits of every Containerfile that a PATTERN matches:
                  * within a name, ** for any directories, !PATTERN to leave out. Without one, all
                  files called Dockerfile or Containerfile, also with more to the name. Directories
                  that begin with a dot or that git ignores are left out unless a pattern names
                  them. Exits with 1 when there are errors

        With --json each line of the first three is one object of a JSON array, with places and heredocs.
        """;

    public override IReadOnlyList<string> Examples =>
    [
        "dockerfile ast Dockerfile", "dockerfile stages --target test Dockerfile", "dockerfile expand --build-arg VERSION=1.2 --json -",
        "dockerfile lint", "dockerfile lint --format github '**/Dockerfile*' '!vendor/**'",
    ];

    public override VerbGroup Group => VerbGroup.Additional;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IReadOnlyList<string> FirstWords { get; } = [.. Commands.Keys];

    public override ArgumentRule Arguments { get; } = new(1, Usage.Replace("{n}", "0", StringComparison.Ordinal));

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("json", "ast, stages, expand: print JSON"),
        LintCommand.Format,
        BuildFlags.BuildArgument,
        BuildFlags.BuildArgumentFile,
        BuildFlags.Target,
        .. PlatformFlags.All,
    ];

    /// <remarks>Only <c>lint</c> runs another program: it asks git what is ignored.</remarks>
    public override bool Waits(Invocation call) => call.Positionals[0] == "lint";

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var command = call.Positionals[0];
        Check(command, call);
        if (command == "lint")
        {
            return await LintCommand.RunAsync(call, [.. call.Positionals.Skip(1)], cancellation).ConfigureAwait(false);
        }

        var source = Read(call.Positionals[1], call);
        return command == "ast" ? WriteTree(source, call) : WritePlan(source, command == "stages", call);
    }

    /// <exception cref="BuildSharpException">The command is unknown, has a wrong number of words, or has a flag without effect on
    /// it.</exception>
    private static void Check(string command, Invocation call)
    {
        if (!Commands.TryGetValue(command, out var known))
        {
            throw new BuildSharpException(
                $"unknown command {GoQuoting.Quote(command)} for {GoQuoting.Quote($"{call.Surroundings.Program} dockerfile")}{Suggestion.Clause(command, Commands.Keys)}");
        }

        if (command != "lint" && call.Positionals.Count != 2)
        {
            throw new BuildSharpException(Usage.Replace("{n}", call.Positionals.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        if (Commands.Values.SelectMany(flags => flags).Except(known).FirstOrDefault(call.Flags.IsSet) is { } stray)
        {
            throw new BuildSharpException((command, stray) switch
            {
                ("ast", "format") or ("stages", "format") or ("expand", "format") => $"--format says how \"dockerfile lint\" prints; \"dockerfile {command}\" has --json",
                ("lint", "json") => "\"dockerfile lint\" has --format json",
                ("lint", _) => $"--{stray} has no meaning for \"dockerfile lint\", which checks whole files",
                _ => $"--{stray} changes nothing about the tree of \"dockerfile ast\"; \"expand\" shows what it does",
            });
        }
    }

    private static int WriteTree(SourceText source, Invocation call)
    {
        var dockerfile = DockerfileParser.Read([source]);
        WriteStatements(call, dockerfile.Statements);
        return Finish([.. dockerfile.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error)], dockerfile.ErrorCount);
    }

    private static int WritePlan(SourceText source, bool stages, Invocation call)
    {
        var dockerfile = DockerfileParser.Parse([source]);
        var plan = BuildPlan.Create(dockerfile, BuildInput.ForPlan([source], call));
        var mistakes = new DiagnosticBag();
        if (stages)
        {
            StageListing.Write(call, plan);
        }
        else
        {
            WriteStatements(call, ExpandedPlan.Of(dockerfile, plan, mistakes));
        }

        return Finish(mistakes.InOrderOf([source]), mistakes.ErrorCount);
    }

    /// <summary>Fails after the output was written, so that a tool gets the part that could be parsed and then the errors.</summary>
    private static int Finish(IReadOnlyList<Diagnostic> mistakes, int count) => count == 0 ? 0 : throw new DockerfileException(mistakes, count);

    private static void WriteStatements(Invocation call, IEnumerable<Statement> statements) =>
        Write(call, statements, StatementValue.Of, TreeDump.Write);

    /// <summary>Writes rows as lines, or as a JSON array with one row per line. Rows are streamed, so a large tree is never one string in
    /// memory.</summary>
    internal static void Write<T>(Invocation call, IEnumerable<T> rows, Func<T, GoValue> json, Action<TextWriter, T> text)
    {
        if (!call.Flags.Bool("json"))
        {
            foreach (var row in rows)
            {
                text(call.Out, row);
                call.Out.WriteLine();
            }

            return;
        }

        var separator = "[\n";
        foreach (var row in rows)
        {
            call.Out.Write(separator);
            call.Out.Write(GoValueJson.Compact(json(row)));
            separator = ",\n";
        }

        call.Out.WriteLine(separator == "[\n" ? "[]" : "\n]");
    }

    private static SourceText Read(string file, Invocation call)
    {
        if (file == "-")
        {
            using var input = call.Surroundings.OpenInput();
            return SourceText.Read(input, "-");
        }

        var path = Path.GetFullPath(file, call.Surroundings.WorkingDirectory);
        if (!File.Exists(path))
        {
            throw new BuildSharpException($"{file}: {(Directory.Exists(path) ? "this is a directory, not a file" : FileStatus.WhyMissing(path))}");
        }

        using var content = File.OpenRead(path);
        return SourceText.Read(content, file);
    }
}
