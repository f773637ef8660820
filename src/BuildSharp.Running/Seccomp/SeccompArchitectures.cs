namespace BuildSharp.Running.Seccomp;

/// <summary>Architecture names of libseccomp.</summary>
internal static class SeccompArchitectures
{
    /// <summary>The native architecture, followed by compatible ones if requested.</summary>
    /// <param name="architecture">As in GOARCH. For an unknown one the list is empty, and libseccomp uses the native architecture.</param>
    /// <param name="foreign">Whether to add the compatible architectures.</param>
    public static IReadOnlyList<string> For(string architecture, bool foreign)
    {
        string[] family = architecture switch
        {
            "amd64" => ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            "386" => ["SCMP_ARCH_X86"],
            "arm64" => ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
            "arm" => ["SCMP_ARCH_ARM"],
            "ppc64le" => ["SCMP_ARCH_PPC64LE"],
            "riscv64" => ["SCMP_ARCH_RISCV64"],
            "s390x" => ["SCMP_ARCH_S390X", "SCMP_ARCH_S390"],
            _ => [],
        };
        return foreign ? family : [.. family.Take(1)];
    }
}
