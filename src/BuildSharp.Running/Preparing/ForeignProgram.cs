using System.Buffers.Binary;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Explains a failed run whose program is for another architecture.</summary>
/// <remarks>When an interpreter for it is registered with the kernel (admin-guide/binfmt-misc.rst), the kernel can run the program, so the
/// failure has another cause.</remarks>
internal static class ForeignProgram
{
    // Number of bytes that the kernel compares with the registrations.
    private const int HeadLength = 256;
    private const int MachineOffset = 18;

    /// <summary>Why the program could not be executed, and what to do; null when it failed for another reason.</summary>
    /// <param name="root">The container's root.</param>
    /// <param name="process">The command.</param>
    /// <param name="seemsNotStarted">Whether the exit status is one that a runtime uses for a program that cannot be executed.</param>
    /// <param name="registry">Directory with the kernel's registrations.</param>
    public static string? Explain(DirectoryHandle root, SpecProcess process, bool seemsNotStarted, string registry = BinaryFormats.Registry)
    {
        var head = Head(root, process.Args[0].StartsWith('/') ? process.Args[0] : ContainerPaths.Normalise($"{process.Cwd}/{process.Args[0]}"));
        if (Architecture(head) is not { } architecture || RunsHere(architecture, Platform.Host.Architecture))
        {
            return null;
        }

        var found = BinaryFormats.Find(head, registry) switch
        {
            true => null,
            false => "which this machine cannot run:",
            null => seemsNotStarted ? "and may not have started:" : null,
        };
        return found is null
            ? null
            : $"{process.Args[0]} is a program for {architecture} on a machine of {Platform.Host.Architecture}, {found} "
                + "an emulator has to be registered with the kernel (Debian, Ubuntu: apt-get install qemu-user-static)";
    }

    /// <summary>Architecture of an ELF file, as in GOARCH; null for other files and unknown architectures.</summary>
    internal static string? Architecture(ReadOnlySpan<byte> head)
    {
        if (head.Length < MachineOffset + 2 || !head.StartsWith("\x7FELF"u8))
        {
            return null;
        }

        var isLittle = head[5] == 1;
        var machine = head.Slice(MachineOffset, 2);
        return (isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(machine) : BinaryPrimitives.ReadUInt16BigEndian(machine)) switch
        {
            3 => "386",
            8 => (head[4] == 2 ? "mips64" : "mips") + (isLittle ? "le" : ""),
            21 => isLittle ? "ppc64le" : "ppc64",
            22 => "s390x",
            40 => "arm",
            62 => "amd64",
            183 => "arm64",
            243 => "riscv64",
            258 => "loong64",
            _ => null,
        };
    }

    // 64-bit x86 and ARM processors usually execute 32-bit programs too.
    private static bool RunsHere(string architecture, string host) =>
        (architecture, host) is ("386", "amd64") or ("arm", "arm64") || architecture == host;

    private static byte[] Head(DirectoryHandle root, string path)
    {
        try
        {
            if (!root.TryStat(path, out var status, followLinks: true) || !status.IsRegular)
            {
                return [];
            }

            using var file = root.TryOpenFile(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            var head = new byte[HeadLength];
            return file is null ? [] : head[..FileDescriptor.ReadAt(file, head, 0)];
        }
        catch (LinuxException)
        {
            // The runtime has reported the problem with this path already.
            return [];
        }
    }
}
