using System.Globalization;
using BuildSharp.Build;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Lint;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary><c>build --check</c>: what is wrong or doubtful about a Containerfile, without building it or opening a store.</summary>
internal static class BuildCheck
{
    /// <summary>The check was done and found errors. <see cref="ErrorReport.Failure"/> says that it could not be done.</summary>
    private const int FoundErrors = 1;

    /// <summary>Prints the findings.</summary>
    /// <exception cref="BuildSharpException">There is nothing to check, or a flag's value is not one.</exception>
    public static async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        var isJson = call.Flags.IsSet("format") && call.Flags.Text("format") switch
        {
            "json" => true,
            "text" => false,
            var other => throw new BuildSharpException($"--format {GoText.Quote(other!)}: with --check it is text or json"),
        };
        using var fetcher = new Fetcher(FetchSettings.Options(call));
        var files = await Containerfiles.FindAsync(call, fetcher, cancellation).ConfigureAwait(false);
        var dockerfile = DockerfileParser.Read(files.Sources);
        var found = Find(dockerfile, files, call);
        if (isJson)
        {
            call.Out.WriteLine(GoValueJson.Indented(Value(found), escapeHtml: false));
        }
        else
        {
            WriteText(found, call.Out);
        }

        return found.Errors > 0 ? FoundErrors : 0;
    }

    /// <summary>The mistakes; or, of a file that has none, the habits: half a tree would make rules see what is not there.</summary>
    private static Found Find(Dockerfile dockerfile, Containerfiles files, Invocation call)
    {
        // Of a file that is no Dockerfile at all only the first mistakes are kept, and of a habit on every line the first lines.
        if (dockerfile.ErrorCount > 0)
        {
            var words = new DiagnosticBag();
            words.Errors(dockerfile.Instructions.SelectMany(WordCheck.Of));
            return Mistakes(words.InOrderOf(files.Sources), words.ErrorCount);
        }

        var request = BuildInput.ForPlan(files.Sources, call) with { NamedContexts = BuildInput.NamedContexts(call) };
        try
        {
            BuildPlan.Create(dockerfile, request);
            var options = call.Surroundings.Environment.GetValueOrDefault("BUILDKIT_DOCKERFILE_CHECK") is { Length: > 0 } given
                ? LintOptions.Parse(given)
                : Linter.OptionsOf(dockerfile);
            var context = new LintContext(dockerfile, request.Arguments) { Target = request.Target, Ignored = files.Context.Ignored };
            var severity = options.IsError ? Severity.Error : Severity.Warning;
            var report = Linter.Run(context, options);
            return new Found(
                InOrder([.. dockerfile.Diagnostics, .. report.Findings.Select(finding => finding with { Severity = severity })]),
                options.IsError ? report.Count : 0,
                dockerfile.Diagnostics.Count + (options.IsError ? 0 : report.Count));
        }
        catch (DockerfileException error)
        {
            return Mistakes(error.Diagnostics, error.Count);
        }
        catch (FormatException error)
        {
            throw new BuildSharpException($"BUILDKIT_DOCKERFILE_CHECK: {error.Message}", error);
        }

        Found Mistakes(IReadOnlyList<Diagnostic> further, int count)
        {
            var told = InOrder([.. dockerfile.Diagnostics, .. further]);
            return new Found(told, dockerfile.ErrorCount + count, told.Count(finding => finding.Severity == Severity.Warning));
        }

        IReadOnlyList<Diagnostic> InOrder(IEnumerable<Diagnostic> findings) =>
        [
            .. findings.OrderBy(finding => IndexOf(finding.Span.Source, files.Sources)).ThenBy(finding => finding.Span.Start.Line)
                .ThenBy(finding => finding.Span.Start.Column),
        ];
    }

    private static int IndexOf(SourceText source, IReadOnlyList<SourceText> sources)
    {
        var index = 0;
        while (!ReferenceEquals(sources[index], source))
        {
            index++;
        }

        return index;
    }

    private static void WriteText(Found found, TextWriter output)
    {
        foreach (var finding in found.Told)
        {
            output.WriteLine(DiagnosticText.WithSeverity(finding));
        }

        if (found.Errors + found.Warnings - found.Told.Count is > 0 and var more)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {more} more."));
        }

        output.WriteLine((found.Errors, found.Warnings) switch
        {
            (0, 0) => "Check complete, nothing found.",
            (0, var warnings) => $"Check complete, {Count(warnings, "warning")} found.",
            (var errors, 0) => $"Check complete, {Count(errors, "error")} found.",
            var (errors, warnings) => $"Check complete, {Count(errors, "error")} and {Count(warnings, "warning")} found.",
        });
    }

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    private static GoValue.Struct Value(Found found) => new("Check",
    [
        new GoField("errors", "errors", new GoValue.Integer(found.Errors)),
        new GoField("warnings", "warnings", new GoValue.Integer(found.Warnings)),
        new GoField("findings", "findings", new GoValue.List([.. found.Told.Select(Value)])),
    ]);

    private static GoValue Value(Diagnostic finding) => new GoValue.Struct("Finding",
    [
        .. StatementValue.Place(finding.Span),
        StatementValue.Field("severity", new GoValue.Text(finding.Severity == Severity.Error ? "error" : "warning")),
        StatementValue.Field("rule", finding.Rule is { } rule ? new GoValue.Text(rule) : GoValue.None),
        StatementValue.Field("description", finding.Rule is { } known ? new GoValue.Text(LintRules.Find(known)!.Description) : GoValue.None),
        StatementValue.Field("message", new GoValue.Text(finding.Message)),
        StatementValue.Field("hints", GoValue.Texts(finding.Hints)),
    ]);

    /// <summary>What there is to say, in the order of the files.</summary>
    /// <param name="Told">Not all, where there is very much.</param>
    /// <param name="Errors">How many errors there are.</param>
    /// <param name="Warnings">How many warnings there are.</param>
    private sealed record Found(IReadOnlyList<Diagnostic> Told, int Errors, int Warnings);
}
