using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.SharedBuilds;

/// <summary>What the shared folder cannot hold, or upstream's script makes just before the build.</summary>
internal static partial class CaseFiles
{
    /// <summary>Applies the modes and owners that the case lists, and makes the files that a good build copies and nobody has.</summary>
    public static void Complete(BuildRow row, string cases)
    {
        var context = Path.Combine(cases, row.Case, row.Context);
        ApplyModes(context);
        if (row.Outcome != "ok" || !Directory.Exists(context))
        {
            return;
        }

        foreach (var name in Named(row, cases).Where(name => !Path.Exists(Path.Combine(context, name))).ToList())
        {
            Make(Path.Combine(context, name), account: "passwd");
        }
    }

    /// <summary>Makes the files that nobody has again, with other content, for a build that shall not find in the cache what the one before
    /// it left there: upstream's script changes them in between.</summary>
    public static void Renew(BuildRow row, string cases, string original)
    {
        if (row.Value != "[no instance of 'Using cache']")
        {
            return;
        }

        foreach (var name in Named(row, cases).Where(name => !Path.Exists(Path.Combine(original, row.Case, row.Context, name))).ToList())
        {
            Make(Path.Combine(cases, row.Case, row.Context, name), account: "group");
        }
    }

    /// <summary>Variables that upstream's script exports just before the build, as <c>NAME=value</c>.</summary>
    public static IEnumerable<string> Variables(BuildRow row)
    {
        if (row.Flags.Any(word => word.Contains("MYSECRET", StringComparison.Ordinal)))
        {
            yield return "MYSECRET=SOMESECRETDATA";
        }

        if (row.Flags.Contains("--secret=id=mysecret"))
        {
            yield return "mysecret=ENVDATA";
        }
    }

    private static IEnumerable<string> Named(BuildRow row, string cases) => CopyLine().Matches(row.Text(cases))
        .Select(match => match.Groups["source"].Value)
        .Concat(row.BuildArguments.Select(given => given[(given.IndexOf('=') + 1)..]))
        .Where(name => FileName().IsMatch(name))
        .Distinct();

    private static void Make(string path, string account)
    {
        if (path.Contains(".tar", StringComparison.Ordinal))
        {
            Tool.Named("tar").RunAsync("-caf", path, "-C", "/etc", account).GetAwaiter().GetResult();
        }
        else
        {
            File.WriteAllText(path, $"{Path.GetFileName(path)} {account}");
        }
    }

    private static void ApplyModes(string context)
    {
        var table = Path.Combine(context, "context-modes.tsv");
        if (!File.Exists(table))
        {
            return;
        }

        foreach (var cells in File.ReadLines(table).Skip(1).Select(line => line.Split('\t')))
        {
            var path = Path.Combine(context, cells[0]);
            if (cells[2].Length > 0)
            {
                Tool.Named("chown").RunAsync($"{cells[2]}:{cells[3]}", path).GetAwaiter().GetResult();
            }
            // After the owner: a change of owner drops setuid and setgid.
            Tool.Named("chmod").RunAsync(cells[1], path).GetAwaiter().GetResult();
        }
        File.Delete(table);
    }

    [GeneratedRegex(@"^\s*(COPY|ADD)\s+(?!--from)(--\S+\s+)*(?<source>\S+)\s+\S+\s*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex CopyLine();

    [GeneratedRegex(@"^[a-z0-9]+(\.[a-z]+)+$")]
    private static partial Regex FileName();
}
