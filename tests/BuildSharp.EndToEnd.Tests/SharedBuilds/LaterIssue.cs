using BuildSharp.EndToEnd.Tests.Networks;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.SharedBuilds;

/// <summary>What a row of the shared builds needs that is not there, yet or on this machine. The row itself says so: its flags, what it expects.</summary>
internal static class LaterIssue
{
    /// <summary>Why the row cannot be judged yet; null when it can.</summary>
    /// <param name="row">The row.</param>
    public static string? Of(BuildRow row)
    {
        if (row.Value.Contains("no such host", StringComparison.Ordinal) || Has(row, "--pull-always") || Has(row, "--pull=always"))
        {
            return "registry";
        }

        var network = ValueOf(row, "--network")?.Split(':')[0];
        if ((network == "pasta" && !Tool.Named("pasta").Exists) || (network == "podman" && !Tool.Named(NetworkDevice.Netavark).Exists))
        {
            return $"--network {network}, which is not installed";
        }

        return null;
    }

    private static bool Has(BuildRow row, string flag) =>
        row.Flags.Any(word => word == flag || word.StartsWith(flag + "=", StringComparison.Ordinal));

    private static string? ValueOf(BuildRow row, string flag)
    {
        for (var index = 0; index < row.Flags.Count; index++)
        {
            if (row.Flags[index] == flag)
            {
                return row.Flags.ElementAtOrDefault(index + 1);
            }

            if (row.Flags[index].StartsWith(flag + "=", StringComparison.Ordinal))
            {
                return row.Flags[index][(flag.Length + 1)..];
            }
        }
        return null;
    }
}
