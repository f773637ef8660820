using BuildSharp.Linux;

namespace BuildSharp.Storage.Configuration;

/// <summary>Absolute paths without symbolic links, as far as they exist. Other tools write paths in this form into images and mount tables,
/// and compare it with the trust policy.</summary>
public static class RealPath
{
    /// <summary>Resolves all symbolic links in the path.</summary>
    /// <param name="path">Absolute, or relative to the working directory.</param>
    /// <exception cref="IOException">The links form a cycle.</exception>
    public static string Of(string path)
    {
        var real = "/";
        foreach (var name in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, name);
            real = IsLink(next)
                ? new DirectoryInfo(next).ResolveLinkTarget(returnFinalTarget: true)?.FullName is { } target ? Of(target) : next
                : next;
        }

        return real;
    }

    private static bool IsLink(string path)
    {
        try
        {
            return FileStatus.TryOf(path, out var status) && status.IsSymbolicLink;
        }
        catch (LinuxException)
        {
            // The path may not be inspected. Opening the store fails later with an error that names the cause.
            return false;
        }
    }
}
