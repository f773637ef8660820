using System.Globalization;
using BuildSharp.Notation;

namespace BuildSharp.Running.Spec;

/// <summary>Composes the environment of a command.</summary>
internal static class ProcessEnvironment
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Joins proxy variables, a default PATH, the image's variables and the step's, in this order. A variable keeps the position
    /// of its first occurrence and has the value of the last one, so that the image's values override proxies.</summary>
    /// <remarks>The runtime sets HOME, from the container's passwd file.</remarks>
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
                continue; // runtimes refuse an entry without "="
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

    /// <summary>The environment with further variables, which replace those of the same names.</summary>
    public static IReadOnlyList<string> With(IReadOnlyList<string> environment, IReadOnlyList<string> more) => more.Count == 0
        ? environment
        : [.. environment.Where(variable => !more.Any(other => NameOf(other) == NameOf(variable))), .. more];

    /// <summary>The environment with HOME, from the container's accounts unless it is set.</summary>
    public static IReadOnlyList<string> WithHome(IReadOnlyList<string> environment, AccountFiles accounts, uint uid) =>
        Find(environment, "HOME") is { Length: > 0 }
            ? environment
            : [.. environment.Where(variable => variable != "HOME="), "HOME=" + (accounts.FindUser(uid.ToString(CultureInfo.InvariantCulture)) is { Home: { Length: > 0 } home } ? home : "/")];

    /// <summary>Value of a variable; null when it is not set.</summary>
    public static string? Find(IEnumerable<string> environment, string name) =>
        environment.FirstOrDefault(variable => NameOf(variable) == name)?[(name.Length + 1)..];

    private static string NameOf(string variable)
    {
        var equals = variable.IndexOf('=');
        return equals < 0 ? variable : variable[..equals];
    }
}
