using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Build;

/// <summary>The directory that COPY and ADD read from: the build context, or the root of a <c>--from</c> source.</summary>
/// <param name="Directory">Absolute path.</param>
/// <param name="Ignored">Files to hide; null for none.</param>
/// <param name="IgnoreFileName">Path of the ignore file, for messages.</param>
public sealed record BuildContext(string Directory, IgnoreFile? Ignored = null, string? IgnoreFileName = null)
{
    /// <summary>Names of the ignore file in a context, in the order to try them.</summary>
    public static IReadOnlyList<string> IgnoreFileNames { get; } = [".containerignore", ".dockerignore"];

    /// <summary>Whether it is a directory of the user, which the next build may find unchanged, and not one that was made for this build.</summary>
    public bool IsLasting { get; init; }

    /// <summary>A directory of this machine with its ignore file.</summary>
    /// <param name="directory">Absolute path.</param>
    /// <param name="ignoreFile">Path of the ignore file; null for the one in the directory, if there is one.</param>
    /// <exception cref="Oci.BuildSharpException">The ignore file has a malformed pattern.</exception>
    public static BuildContext OfDirectory(string directory, string? ignoreFile = null)
    {
        var found = ignoreFile ?? IgnoreFileNames.Select(name => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        return new BuildContext(directory, found is null ? null : IgnoreFile.Parse(File.ReadAllText(found), Path.GetFileName(found)), found) { IsLasting = true };
    }
}
