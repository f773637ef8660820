using BuildSharp.Build;
using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Flags;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Cli.Commands.Checking;

/// <summary><c>dockerfile lint</c>: checks several Dockerfiles in one call.</summary>
internal static class LintCommand
{
    /// <summary>Exit status when the check found errors; 125 means that the check itself failed.</summary>
    public const int FoundErrors = 1;

    /// <summary>The flag for the output format of findings.</summary>
    public static FlagDefinition Format { get; } =
        Flag.Text("format", "lint: how findings are printed: text, json, sarif or github", value: "format") with { Values = ["text", "json", "sarif", "github"] };

    /// <summary>Checks the files that match the patterns and prints all findings as one list.</summary>
    /// <exception cref="Oci.BuildSharpException">No file matches, or a flag's value is invalid.</exception>
    public static async Task<int> RunAsync(Invocation call, IReadOnlyList<string> patterns, CancellationToken cancellation)
    {
        var write = FindingsFormat.Parse(call.Flags.Text("format"), "of \"dockerfile lint\"");
        var root = call.Surroundings.WorkingDirectory;
        var ignored = await GitIgnored.FindAsync(root, call, cancellation).ConfigureAwait(false);
        var found = new List<DockerfileFindings>();
        foreach (var file in new DockerfileSearch(root, ignored).Find(patterns))
        {
            cancellation.ThrowIfCancellationRequested();
            found.Add(Check(file, Path.GetFullPath(file, root), call));
        }

        var all = DockerfileFindings.Joined(found);
        write(all, call.Out);
        return all.Errors > 0 ? FoundErrors : 0;
    }

    /// <summary>Checks one file, with its directory as the build context.</summary>
    private static DockerfileFindings Check(string shown, string path, Invocation call)
    {
        var request = BuildInput.ForPlan([SourceText.FromBytes(File.ReadAllBytes(path), shown)], call);
        var ignoreFile = Containerfiles.IgnoreFileOf(path);
        return DockerfileFindings.Of(
            request, BuildContext.OfDirectory(Path.GetDirectoryName(path)!, ignoreFile).Ignored, call.Surroundings.Environment);
    }
}
