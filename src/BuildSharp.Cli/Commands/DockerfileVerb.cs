using BuildSharp.Build;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Dockerfiles;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary><c>dockerfile ast|stages|expand FILE</c>: shows how a Dockerfile is understood, without building anything.</summary>
internal sealed class DockerfileVerb : SyncVerb
{
    private static readonly string[] ExpansionFlags = ["build-arg", "build-arg-file", "target", "platform", "os", "arch", "variant"];

    public override string Synopsis => "[flags] ast|stages|expand FILE";

    public override string Summary => "Show how a Containerfile is understood";

    public override string Description =>
        """
        Shows how a Containerfile is understood; FILE may be "-" for standard input. Nothing is built.

          ast     the instructions as parsed, one a line
          stages  the stages up to the target: what each starts from and uses, and whether
                  it gets built
          expand  the instructions that get built, variables replaced and quotes removed;
                  the variables that base images set are not known

        With --json each line is one object of a JSON array, with places and heredocs.
        """;

    public override IReadOnlyList<string> Examples =>
        ["dockerfile ast Dockerfile", "dockerfile stages --target test Dockerfile", "dockerfile expand --build-arg VERSION=1.2 --json -"];

    public override VerbGroup Group => VerbGroup.Additional;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IReadOnlyList<string> FirstWords { get; } = ["ast", "stages", "expand"];

    public override ArgumentRule Arguments { get; } =
        new(2, "accepts 2 arg(s), ast, stages or expand and a file, received {n}", 2, "accepts 2 arg(s), ast, stages or expand and a file, received {n}");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("json", "print JSON"),
        BuildFlags.BuildArgument,
        BuildFlags.BuildArgumentFile,
        BuildFlags.Target,
        .. PlatformFlags.All,
    ];

    protected override int Run(Invocation call)
    {
        var (what, file) = (call.Positionals[0], call.Positionals[1]);
        if (!FirstWords.Contains(what))
        {
            throw new BuildSharpException(
                $"unknown command {GoText.Quote(what)} for {GoText.Quote($"{call.Surroundings.Program} dockerfile")}{Suggestion.Clause(what, FirstWords)}");
        }

        if (what == "ast" && ExpansionFlags.FirstOrDefault(call.Flags.IsSet) is { } stray)
        {
            throw new BuildSharpException($"--{stray} changes nothing about the tree of \"dockerfile ast\"; \"expand\" shows what it does");
        }

        var source = Read(file, call);
        return what == "ast" ? WriteTree(source, call) : WritePlan(source, what == "stages", call);
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

    /// <summary>A tool gets what could be read, and then what could not.</summary>
    private static int Finish(IReadOnlyList<Diagnostic> mistakes, int count) => count == 0 ? 0 : throw new DockerfileException(mistakes, count);

    private static void WriteStatements(Invocation call, IEnumerable<Statement> statements) =>
        Write(call, statements, StatementValue.Of, TreeDump.Write);

    /// <summary>Writes rows as lines, or as a JSON array with a row on each line: a tree of any size is never held as one text.</summary>
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
            using var bytes = new MemoryStream();
            input.CopyTo(bytes);
            return SourceText.FromBytes(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), "-");
        }

        var path = Path.GetFullPath(file, call.Surroundings.WorkingDirectory);
        return File.Exists(path)
            ? SourceText.FromBytes(File.ReadAllBytes(path), file)
            : throw new BuildSharpException($"{file}: {(Directory.Exists(path) ? "this is a directory, not a file" : FileStatus.WhyMissing(path))}");
    }
}
