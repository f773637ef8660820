using System.Runtime.InteropServices;

namespace BuildSharp.Oci;

/// <summary>What an image runs on, as in an index entry or a config (OCI image-spec, image-index.md, "platform").</summary>
public sealed record Platform
{
    /// <summary>Operating system in GOOS words, for example <c>linux</c>.</summary>
    public required string Os { get; init; }

    /// <summary>Processor in GOARCH words, for example <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Variant of the processor, for example <c>v7</c> of arm; null when it has none or does not matter.</summary>
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

    /// <summary><c>os/architecture</c>, or <c>os/architecture/variant</c>.</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
