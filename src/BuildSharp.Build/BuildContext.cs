using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Build;

/// <summary>The directory that COPY and ADD see: the build's own, or what <c>--from</c> names.</summary>
/// <param name="Directory">Absolute path.</param>
/// <param name="Ignored">What they do not see; null for nothing.</param>
/// <param name="IgnoreFileName">Where that was read from, for messages.</param>
public sealed record BuildContext(string Directory, IgnoreFile? Ignored = null, string? IgnoreFileName = null)
{
    /// <summary>Names of the file in a context that says what is left out of it; the first that is there counts.</summary>
    public static IReadOnlyList<string> IgnoreFileNames { get; } = [".containerignore", ".dockerignore"];

    /// <summary>A directory of this machine, with an ignore file.</summary>
    /// <param name="directory">Absolute path.</param>
    /// <param name="ignoreFile">The ignore file; null takes the directory's own, if it has one.</param>
    /// <exception cref="Oci.BuildSharpException">The ignore file has a malformed pattern.</exception>
    public static BuildContext OfDirectory(string directory, string? ignoreFile = null)
    {
        var found = ignoreFile ?? IgnoreFileNames.Select(name => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        return new BuildContext(directory, found is null ? null : IgnoreFile.Parse(File.ReadAllText(found), Path.GetFileName(found)), found);
    }
}
