using System.Globalization;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Files;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Reads the <see cref="HostFacts"/> from /proc, /sys and /etc.</summary>
internal static class HostFactsReader
{
    public static HostFacts Read()
    {
        var status = ReadText("/proc/self/status");
        return new HostFacts
        {
            Architecture = Platform.Host.Architecture,
            Capabilities = new CapabilitySet(ProcessIdentity.PermittedCapabilities),
            HardLimits = ProcessLimit.Names.ToDictionary(name => name, ProcessLimit.Hard),
            IsRootless = !ProcessIdentity.IsRoot || UserNamespace.IsInside,
            HasTerminalGroup = UserNamespace.HasGroup(MountList.TerminalGroup),
            HasUnifiedCgroups = ControlGroups.AreUnified,
            HasWritableCgroups = ControlGroups.AreWritable,
            HasSeccomp = Field(status, "Seccomp") is not null,
            KernelVersion = KernelVersion(ReadText("/proc/sys/kernel/osrelease")),
            ThermalThrottlePaths = ThermalThrottlePaths(),
            HostsFile = ReadText("/etc/hosts"),
            ResolverFile = ReadResolverFile(),
            IpcDirectories = [.. MountList.IpcDirectories.Where(Directory.Exists)],
            SupplementaryGroups = Groups(Field(status, "Groups") ?? ""),
            LocalAddress = LocalAddress.Find(ReadText("/proc/net/fib_trie")),
        };
    }

    private static string ReadResolverFile()
    {
        var text = ReadText("/etc/resolv.conf");
        return ResolverFile.IsSystemdStub(text) && ReadText(ResolverFile.BehindSystemdStub) is { Length: > 0 } real ? real : text;
    }

    // "6.18.4-amd64"
    private static Version KernelVersion(string release)
    {
        var numbers = release.Split('.', '-', '\n');
        return numbers.Length >= 2
            && int.TryParse(numbers[0], CultureInfo.InvariantCulture, out var major)
            && int.TryParse(numbers[1], CultureInfo.InvariantCulture, out var minor)
                ? new Version(major, minor)
                : new Version(0, 0);
    }

    private static string[] ThermalThrottlePaths()
    {
        const string processors = "/sys/devices/system/cpu";
        return Directory.Exists(processors)
            ? [.. Directory.EnumerateDirectories(processors, "cpu*").Select(path => path + "/thermal_throttle").Where(Directory.Exists).Order(StringComparer.Ordinal)]
            : [];
    }

    // Groups that are not mapped into our user namespace appear as the overflow group, which must not be passed on.
    private static IReadOnlyList<uint> Groups(string field)
    {
        uint[] groups = [.. field.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => uint.Parse(text, CultureInfo.InvariantCulture))];
        return UserNamespace.IsInside ? [.. groups.Where(UserNamespace.HasGroup)] : groups;
    }

    private static string? Field(string status, string name) =>
        status.Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..].Trim();

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // an unreadable file counts as missing
        }
    }
}
