using BuildSharp.Build;
using BuildSharp.Cli.Flags;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Cli.Commands.Checking;

/// <summary><c>dockerfile lint</c>: checks every Dockerfile of a repository in one call.</summary>
internal static class LintCommand
{
    /// <summary>Exit status of a check that was done and found errors; 125 says that it could not be done.</summary>
    public const int FoundErrors = 1;

    /// <summary>The flag for the form of the findings.</summary>
    public static FlagDefinition Format { get; } =
        Flag.Text("format", "lint: how findings are printed: text, json, sarif or github", value: "format");

    /// <summary>Checks the files that the patterns find, and prints what is found as one list.</summary>
    /// <exception cref="Oci.BuildSharpException">There is nothing to check, or a flag's value is not one.</exception>
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

    /// <summary>Checks one file as a build with its directory as the context would see it.</summary>
    private static DockerfileFindings Check(string shown, string path, Invocation call)
    {
        var request = BuildInput.ForPlan([SourceText.FromBytes(File.ReadAllBytes(path), shown)], call);
        var ignoreFile = Containerfiles.IgnoreFileOf(path);
        return DockerfileFindings.Of(
            request, BuildContext.OfDirectory(Path.GetDirectoryName(path)!, ignoreFile).Ignored, call.Surroundings.Environment);
    }
}
