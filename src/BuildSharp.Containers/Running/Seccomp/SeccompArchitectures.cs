namespace BuildSharp.Containers.Running;

/// <summary>libseccomp's names of processors.</summary>
internal static class SeccompArchitectures
{
    /// <summary>The native one first, then, if wanted, those whose programs the processor also runs.</summary>
    /// <param name="architecture">A GOARCH word; of an unknown one nothing is said, and libseccomp takes the native one.</param>
    /// <param name="foreign">Whether the relatives are wanted.</param>
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
