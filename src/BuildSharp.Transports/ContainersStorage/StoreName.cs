using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Transports.ContainersStorage;

/// <summary>A store as other tools write it in an image name: <c>[driver@graphroot+runroot:option,option]</c>. Only the graph root is
/// required.</summary>
/// <param name="Driver"><c>overlay</c> or <c>vfs</c>; empty for the driver of the command's store.</param>
/// <param name="GraphRoot">Absolute path.</param>
/// <param name="RunRoot">Absolute path; empty for the run root of the command's store.</param>
/// <param name="DriverOptions">Options of the driver; null for those of the command's store.</param>
internal sealed record StoreName(string Driver, string GraphRoot, string RunRoot, IReadOnlyList<string>? DriverOptions)
{
    /// <summary>Parses the brackets at the start of a name.</summary>
    /// <param name="text">The text after <c>containers-storage:</c>.</param>
    /// <param name="image">Receives the text after the brackets.</param>
    /// <returns>Null when the text does not begin with a bracket.</returns>
    /// <exception cref="BuildSharpException">The brackets do not hold a store.</exception>
    public static StoreName? Read(string text, out string image)
    {
        image = text;
        if (!text.StartsWith('['))
        {
            return null;
        }

        var close = text.IndexOf(']');
        if (close < 0)
        {
            throw Malformed(text, "the bracket is not closed");
        }

        image = text[(close + 1)..];
        var (driver, rest) = text[1..close].Split('@', 2) is [var before, var after] ? (before, after) : ("", text[1..close]);
        var (roots, options) = rest.Split(':', 2) is [var left, var right] ? (left, right.Split(',', StringSplitOptions.RemoveEmptyEntries)) : (rest, null);
        var (graph, run) = roots.Split('+', 2) is [var first, var second] ? (first, second) : (roots, "");
        if (!graph.StartsWith('/') || (run.Length > 0 && !run.StartsWith('/')))
        {
            throw Malformed(text, "the directories of a store must be absolute paths");
        }

        return new StoreName(driver, graph, run, options);
    }

    /// <summary>Whether this names <paramref name="store"/>.</summary>
    public bool Means(Store store) =>
        Path.TrimEndingDirectorySeparator(GraphRoot) == store.Options.GraphRoot && (Driver.Length == 0 || Plain(Driver) == store.DriverName);

    /// <summary>Options to open the store; missing parts are taken from <paramref name="store"/>.</summary>
    public StoreOptions Options(Store store) => new()
    {
        GraphRoot = GraphRoot,
        RunRoot = RunRoot.Length > 0 ? RunRoot : store.Options.RunRoot,
        Driver = Driver.Length > 0 ? Plain(Driver) : store.DriverName,
        DriverOptions = DriverOptions ?? store.Options.DriverOptions,
        Debug = store.Options.Debug,
    };

    private static string Plain(string driver) => driver == "overlay2" ? "overlay" : driver;

    private static BuildSharpException Malformed(string text, string why) =>
        new($"containers-storage:{text}: {why}; a store is written [driver@graphroot+runroot]");
}
