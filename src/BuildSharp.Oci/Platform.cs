using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace BuildSharp.Oci;

/// <summary>Platform of an image, as in an index entry or a config (OCI image-spec, image-index.md, "platform").</summary>
public sealed record Platform
{
    /// <summary>Operating system as a GOOS value, for example <c>linux</c>.</summary>
    public required string Os { get; init; }

    /// <summary>Processor architecture as a GOARCH value, for example <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Variant of the processor, for example <c>v7</c> for arm; null for none.</summary>
    public string? Variant { get; init; }

    /// <summary>Version of the operating system; only Windows images use it.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Required features of the operating system; only Windows images use it.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];

    /// <summary>The platform of this machine.</summary>
    public static Platform Host { get; } = new()
    {
        Os = "linux",
        Architecture = RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            System.Runtime.InteropServices.Architecture.X86 => "386",
            System.Runtime.InteropServices.Architecture.Arm => "arm",
            var other => other.ToString().ToLowerInvariant(),
        },
    };

    /// <summary>Parses <c>os/architecture[/variant]</c> and converts other names of an architecture (<c>x86_64</c>, <c>aarch64</c>,
    /// <c>armhf</c>, <c>arm/7</c>) to GOARCH values. A missing operating system or architecture is that of this machine.</summary>
    /// <exception cref="BuildSharpException">The text has another form.</exception>
    public static Platform Parse(string text) =>
        TryParse(text, out var platform) || TryParseHalf(text, out platform)
            ? platform
            : throw new BuildSharpException($"invalid platform \"{text}\": expected os/architecture or os/architecture/variant");

    /// <summary>Like <see cref="Parse"/>, without throwing.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Platform? platform)
    {
        var parts = text.Split('/');
        var valid = parts.Length is 2 or 3 && parts.All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'));
        platform = valid ? Normalize(parts[0], parts[1], parts.Length == 3 ? parts[2] : null) : null;
        return valid;
    }

    private static bool TryParseHalf(string text, [NotNullWhen(true)] out Platform? platform)
    {
        string[] systems = ["linux", "windows", "freebsd", "darwin"];
        string[] architectures = ["386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x"];
        platform = systems.Contains(text.ToLowerInvariant()) ? Host with { Os = text.ToLowerInvariant() } : null;
        if (platform is null && text.Length > 0 && Normalize(Host.Os, text, null) is var normal && architectures.Contains(normal.Architecture))
        {
            platform = normal;
        }

        return platform is not null;
    }

    /// <summary>Creates a platform from names in any common spelling.</summary>
    /// <param name="os">Operating system in any case.</param>
    /// <param name="architecture">Architecture as named by <c>uname</c>, Debian or Go.</param>
    /// <param name="variant">Variant with or without its <c>v</c>; null or empty for none.</param>
    public static Platform Normalize(string os, string architecture, string? variant)
    {
        variant = string.IsNullOrEmpty(variant) ? null : variant.ToLowerInvariant();
        var (word, implied) = architecture.ToLowerInvariant() switch
        {
            "aarch64" => ("arm64", null),
            "x86_64" or "x86-64" => ("amd64", null),
            "i386" or "i486" or "i586" or "i686" => ("386", null),
            "armhf" => ("arm", "v7"),
            "armel" => ("arm", "v6"),
            "arm" => ("arm", "v7"),
            var other => (other, (string?)null),
        };
        if (word is "arm" or "arm64" && variant is [>= '5' and <= '8'])
        {
            variant = "v" + variant;
        }

        if (word == "amd64" && variant == "v1")
        {
            variant = null;
        }

        return new Platform { Os = os.ToLowerInvariant(), Architecture = word, Variant = variant ?? implied };
    }

    /// <summary>Whether both mean the same machine. A variant that is the default of its architecture may be omitted: <c>v8</c> for arm64,
    /// <c>v1</c> for amd64, <c>v7</c> for arm.</summary>
    public bool IsSameMachine(Platform other) => Os == other.Os && Architecture == other.Architecture && PlainVariant == other.PlainVariant;

    private string? PlainVariant => (Architecture, Variant) switch
    {
        ("arm64", "v8") or ("amd64", "v1") or ("arm", "v7") or (_, "") => null,
        _ => Variant,
    };

    /// <summary><c>os/architecture</c>, or <c>os/architecture/variant</c>.</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
