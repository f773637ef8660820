namespace BuildSharp.Build;

/// <summary>Rights that a Dockerfile may ask for and the caller has to allow (<c>--allow</c>, as in docker buildx).</summary>
public sealed record Entitlements
{
    /// <summary>Whether <c>RUN --security=insecure</c> is allowed.</summary>
    public bool InsecureSecurity { get; init; }

    /// <summary>Whether <c>RUN --device</c> is allowed for every device.</summary>
    public bool AllDevices { get; init; }

    /// <summary>CDI devices that <c>RUN --device</c> is allowed for, by name.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Parses <c>security.insecure</c>, <c>device</c>, <c>device=NAME</c>, and <c>network.host</c>, which is always allowed
    /// here.</summary>
    /// <exception cref="FormatException">A word is none of these.</exception>
    public static Entitlements Parse(IEnumerable<string> words) => words.Aggregate(new Entitlements(), (allowed, word) => word switch
    {
        "security.insecure" => allowed with { InsecureSecurity = true },
        "device" => allowed with { AllDevices = true },
        ['d', 'e', 'v', 'i', 'c', 'e', '=', _, ..] => allowed with { Devices = [.. allowed.Devices, word["device=".Length..]] },
        "network.host" => allowed,
        _ => throw new FormatException($"invalid entitlement \"{word}\": known are security.insecure, device, device=NAME and network.host"),
    });

    /// <summary>Whether <c>RUN --device</c> may have the device.</summary>
    public bool HasDevice(string name) => AllDevices || Devices.Contains(name);
}
