using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>Absolute paths without symbolic links, as far as they exist: so the other tools write them into images and mount tables, and
/// compare them with a trust policy.</summary>
public static class RealPath
{
    /// <summary>The path without links.</summary>
    /// <param name="path">Relative to the working directory, if it is.</param>
    /// <exception cref="IOException">Links go round in a circle.</exception>
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
            // Not for us to see. Whoever opens the store gets the error, which then says what is wrong.
            return false;
        }
    }
}
