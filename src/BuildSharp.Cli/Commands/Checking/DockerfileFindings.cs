using BuildSharp.Build;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Dockerfiles.Lint;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Checking;

/// <summary>Errors and warnings of one Dockerfile, in the order of its lines.</summary>
/// <param name="Told">The findings to print; the first ones only, when there are very many.</param>
/// <param name="Errors">Number of all errors, printed or not.</param>
/// <param name="Warnings">Number of all warnings, printed or not.</param>
internal sealed record DockerfileFindings(IReadOnlyList<Diagnostic> Told, int Errors, int Warnings)
{
    /// <summary>Environment variable whose options replace those of the file's <c># check=</c> directive, as in BuildKit.</summary>
    private const string RulesVariable = "BUILDKIT_DOCKERFILE_CHECK";

    /// <summary>Checks a Dockerfile. Lint rules run only when it has no errors, because on a partial tree they would report false
    /// findings.</summary>
    /// <param name="request">The Dockerfiles, and the arguments and target that a build would use.</param>
    /// <param name="ignored">The ignore file of the context; null when there is none.</param>
    /// <param name="environment">The caller's environment variables.</param>
    /// <exception cref="BuildSharpException">The options in the environment are malformed, or the target is not in the file.</exception>
    public static DockerfileFindings Of(BuildRequest request, IgnoreFile? ignored, IReadOnlyDictionary<string, string> environment)
    {
        var dockerfile = DockerfileParser.Read(request.Dockerfiles);
        if (dockerfile.ErrorCount > 0)
        {
            var words = new DiagnosticBag();
            words.Errors(dockerfile.Instructions.SelectMany(WordCheck.Of));
            return Mistakes(words.InOrderOf(request.Dockerfiles), words.ErrorCount);
        }

        try
        {
            BuildPlan.Create(dockerfile, request);
            var options = environment.GetValueOrDefault(RulesVariable) is { Length: > 0 } given ? LintOptions.Parse(given) : Linter.OptionsOf(dockerfile);
            var report = Linter.Run(new LintContext(dockerfile, request.Arguments) { Target = request.Target, Ignored = ignored }, options);
            var severity = options.IsError ? Severity.Error : Severity.Warning;
            return new DockerfileFindings(
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
            throw new BuildSharpException($"{RulesVariable}: {error.Message}", error);
        }

        DockerfileFindings Mistakes(IReadOnlyList<Diagnostic> further, int count)
        {
            var told = InOrder([.. dockerfile.Diagnostics, .. further]);
            return new DockerfileFindings(told, dockerfile.ErrorCount + count, told.Count(finding => finding.Severity == Severity.Warning));
        }

        IReadOnlyList<Diagnostic> InOrder(IReadOnlyList<Diagnostic> findings)
        {
            var sources = request.Dockerfiles.ToList();
            return
            [
                .. findings.OrderBy(finding => sources.IndexOf(finding.Span.Source)).ThenBy(finding => finding.Span.Start.Line)
                    .ThenBy(finding => finding.Span.Start.Column),
            ];
        }
    }

    /// <summary>Joins the findings of several Dockerfiles into one list.</summary>
    public static DockerfileFindings Joined(IReadOnlyList<DockerfileFindings> files) =>
        new([.. files.SelectMany(file => file.Told)], files.Sum(file => file.Errors), files.Sum(file => file.Warnings));
}
