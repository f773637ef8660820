using System.Globalization;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Output;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>Host facts for <c>info</c>.</summary>
internal static class HostFacts
{
    public static GoValue Read(Surroundings surroundings)
    {
        var environment = surroundings.Environment;
        var memory = ReadMemory();
        var (name, version) = ReadDistribution();
        return InfoVerb.Map(
        [
            ("CgroupVersion", new GoValue.Text(ControlGroups.AreUnified ? "v2" : "v1")),
            ("Distribution", InfoVerb.Map([("distribution", new GoValue.Text(name)), ("version", new GoValue.Text(version))])),
            ("MemFree", Bytes(memory, "MemFree")),
            ("MemTotal", Bytes(memory, "MemTotal")),
            ("OCIRuntime", new GoValue.Text(RuntimeName(surroundings))),
            ("SwapFree", Bytes(memory, "SwapFree")),
            ("SwapTotal", Bytes(memory, "SwapTotal")),
            ("arch", new GoValue.Text(Platform.Host.Architecture)),
            ("cpus", new GoValue.Integer(Environment.ProcessorCount)),
            ("hostname", new GoValue.Text(Environment.MachineName)),
            ("kernel", new GoValue.Text(ReadLine("/proc/sys/kernel/osrelease"))),
            ("os", new GoValue.Text("linux")),
            ("rootless", new GoValue.Bool(IsRootless(environment))),
            ("uptime", new GoValue.Text(Uptime(ReadLine("/proc/uptime")))),
            ("variant", new GoValue.Text(Platform.Host.Variant ?? "")),
        ]);
    }

    // As containers/storage does: not root, in a user namespace, or marked by the variable that tools set before they enter one.
    private static bool IsRootless(IReadOnlyDictionary<string, string> environment) =>
        !ProcessIdentity.IsRoot || UserNamespace.IsInside || environment.ContainsKey("_CONTAINERS_USERNS_CONFIGURED");

    private static string RuntimeName(Surroundings surroundings) =>
        surroundings.Environment.GetValueOrDefault("BUILDAH_RUNTIME") is { Length: > 0 } asked ? asked
        : surroundings.Configuration.Runtime
            ?? Path.GetFileName(RuncRun.FindRuntime(surroundings.Environment.GetValueOrDefault("PATH") ?? "", surroundings.Configuration.Runtimes)) ?? "";

    private static Dictionary<string, long> ReadMemory()
    {
        var facts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in ReadLines("/proc/meminfo"))
        {
            var words = line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (words is [var name, var number, ..] && long.TryParse(number, CultureInfo.InvariantCulture, out var kilobytes))
            {
                facts[name] = kilobytes * 1024;
            }
        }

        return facts;
    }

    private static (string Name, string Version) ReadDistribution()
    {
        var (name, version) = ("unknown", "unknown");
        foreach (var line in ReadLines("/etc/os-release"))
        {
            if (line.StartsWith("ID=", StringComparison.Ordinal))
            {
                name = line[3..].Trim('"');
            }
            else if (line.StartsWith("VERSION_ID=", StringComparison.Ordinal))
            {
                version = line[11..].Trim('"');
            }
        }

        return (name, version);
    }

    private static GoValue Bytes(Dictionary<string, long> memory, string name) => new GoValue.Integer(memory.GetValueOrDefault(name));

    // "21m 28.12s", with hours and days when they are not zero.
    private static string Uptime(string line)
    {
        if (!double.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out var seconds))
        {
            return "";
        }

        var time = TimeSpan.FromSeconds(seconds);
        var rest = (seconds % 60).ToString("0.##", CultureInfo.InvariantCulture) + "s";
        return time switch
        {
            { TotalMinutes: < 1 } => rest,
            { TotalHours: < 1 } => $"{time.Minutes}m {rest}",
            { TotalDays: < 1 } => $"{time.Hours}h {time.Minutes}m {rest}",
            _ => $"{(int)time.TotalHours}h {time.Minutes}m {rest} (Approximately {time.TotalDays.ToString("0.00", CultureInfo.InvariantCulture)} days)",
        };
    }

    private static string ReadLine(string path) => ReadLines(path).FirstOrDefault() ?? "";

    private static IEnumerable<string> ReadLines(string path) => File.Exists(path) ? File.ReadLines(path) : [];
}
