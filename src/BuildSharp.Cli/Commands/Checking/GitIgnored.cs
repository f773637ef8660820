using System.Text;
using BuildSharp.Containers.Fetching;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Checking;

/// <summary>Finds the directories that git ignores, such as <c>node_modules</c> and build outputs, by running git.</summary>
internal static class GitIgnored
{
    private static readonly string[] Question = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];

    /// <summary>Full paths of the ignored directories below a directory, without a final slash.</summary>
    /// <returns>Empty outside a git work tree. Empty, with a warning, when git is missing or fails.</returns>
    public static async Task<IReadOnlySet<string>> FindAsync(string directory, Invocation call, CancellationToken cancellation)
    {
        if (!IsInWorkTree(directory))
        {
            return new HashSet<string>();
        }

        try
        {
            var answer = await ProgramOutput.OfAsync(
                "git", ["-C", directory, .. Question], default, call.Surroundings.Environment, Path.GetTempPath(), null, cancellation).ConfigureAwait(false);
            if (answer.Status == 0)
            {
                return Encoding.UTF8.GetString(answer.Output).Split('\0').Where(path => path.EndsWith('/'))
                    .Select(path => Path.Combine(directory, path.TrimEnd('/'))).ToHashSet(StringComparer.Ordinal);
            }

            call.Log.Warning($"what git ignores is searched too: {answer.Error.Split('\n')[0]}");
        }
        catch (BuildSharpException error)
        {
            call.Log.Warning($"what git ignores is searched too: {error.Message}");
        }

        return new HashSet<string>();
    }

    private static bool IsInWorkTree(string directory)
    {
        for (var place = directory; place is not null; place = Path.GetDirectoryName(place))
        {
            if (Path.Exists(Path.Combine(place, ".git")))
            {
                return true;
            }
        }

        return false;
    }
}
