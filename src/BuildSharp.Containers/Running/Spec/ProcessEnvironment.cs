namespace BuildSharp.Containers.Running;

/// <summary>Assembles the environment of a command.</summary>
internal static class ProcessEnvironment
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Proxy variables first, so that they lose against the image; then a default PATH, the image's variables and the step's.
    /// A variable keeps the place of its first mention and takes the last value.</summary>
    /// <remarks>HOME is the runtime's business: it knows the home directory of the user from the container's passwd.</remarks>
    public static IReadOnlyList<string> Assemble(
        IEnumerable<string> proxies, IEnumerable<string> image, IEnumerable<string> step, string hostname)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = new List<string>();
        foreach (var variable in proxies.Append("PATH=" + DefaultPath).Concat(image).Concat(step))
        {
            var name = NameOf(variable);
            if (name.Length == variable.Length)
            {
                continue; // no "=": runtimes refuse such an entry, and it says nothing
            }

            if (places.TryGetValue(name, out var place))
            {
                result[place] = variable;
            }
            else
            {
                places.Add(name, result.Count);
                result.Add(variable);
            }
        }

        if (!places.ContainsKey("HOSTNAME"))
        {
            result.Add("HOSTNAME=" + hostname);
        }

        return result;
    }

    /// <summary>The value of a variable, or null.</summary>
    public static string? Find(IEnumerable<string> environment, string name) =>
        environment.FirstOrDefault(variable => NameOf(variable) == name)?[(name.Length + 1)..];

    private static string NameOf(string variable)
    {
        var equals = variable.IndexOf('=');
        return equals < 0 ? variable : variable[..equals];
    }
}
