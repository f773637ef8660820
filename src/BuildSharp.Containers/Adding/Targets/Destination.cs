using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding.Targets;

/// <summary>Resolved destination (Dockerfile reference, COPY, "Destination"): a directory, and a new name when one file is
/// renamed.</summary>
/// <param name="Directory">Path of the directory from the container's root, without links; need not exist.</param>
/// <param name="Rename">New name of the single source; null keeps its name.</param>
internal readonly record struct Destination(byte[] Directory, byte[]? Rename)
{
    /// <summary>Resolves a destination. The result depends on what exists there and on what is added.</summary>
    /// <param name="root">The container's root; may be null when what exists is ignored.</param>
    /// <param name="text">The destination as written.</param>
    /// <param name="workingDir">Directory for a relative destination.</param>
    /// <param name="needsDirectory">Whether the sources require a directory.</param>
    /// <param name="independent">Whether to ignore what exists in the container.</param>
    /// <exception cref="BuildSharpException">A directory is required, but the path is another kind of file.</exception>
    public static Destination Decide(DirectoryHandle? root, string text, string workingDir, bool needsDirectory, bool independent)
    {
        var absolute = Absolute(text, workingDir);
        var last = text[(text.LastIndexOf('/') + 1)..];
        needsDirectory |= MeansDirectory(text, workingDir);
        if (independent)
        {
            var clean = Path.GetFullPath(absolute).Trim('/');
            return needsDirectory || clean.Length == 0
                ? new Destination(Encoding.UTF8.GetBytes(clean), null)
                : new Destination(Encoding.UTF8.GetBytes(clean[..Math.Max(clean.LastIndexOf('/'), 0)]), Encoding.UTF8.GetBytes(clean[(clean.LastIndexOf('/') + 1)..]));
        }

        var path = Encoding.UTF8.GetBytes(absolute);
        var resolved = ResolvedPath.Of(root!, path);
        var exists = root!.TryStat(resolved.Length == 0 ? "."u8 : resolved, out var status);
        if (exists && status.IsDirectory)
        {
            return new Destination(resolved, null);
        }

        if (needsDirectory)
        {
            return exists
                ? throw new BuildSharpException($"destination {text} already exists but is not a directory")
                : new Destination(resolved, null);
        }

        // A file replaces an existing file or link of that name, so only the parent path is resolved.
        var trimmed = absolute.TrimEnd('/');
        var parent = Encoding.UTF8.GetBytes(trimmed[..trimmed.LastIndexOf('/')]);
        return new Destination(ResolvedPath.Of(root!, parent), Encoding.UTF8.GetBytes(last));
    }

    /// <summary>Whether a destination is a directory whatever exists in the container.</summary>
    public static bool MeansDirectory(string text, string workingDir) =>
        text[(text.LastIndexOf('/') + 1)..] is "" or "." or ".." || Names(Absolute(text, workingDir)).SequenceEqual(Names(workingDir));

    private static string Absolute(string text, string workingDir) => text.StartsWith('/') ? text : $"/{workingDir}/{text}";

    private static IEnumerable<string> Names(string path) => path.Split('/').Where(name => name is not ("" or "."));
}
