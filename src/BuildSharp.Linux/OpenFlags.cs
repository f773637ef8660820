using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

/// <summary>Flags of <c>open</c> (fcntl.h). Close-on-exec is always added.</summary>
public static class OpenFlags
{
    /// <summary>Read only.</summary>
    public const int ReadOnly = 0;

    /// <summary>Write only.</summary>
    public const int WriteOnly = 1;

    /// <summary>Read and write.</summary>
    public const int ReadWrite = 2;

    /// <summary>Create the file when it is missing.</summary>
    public const int Create = 0x40;

    /// <summary>With <see cref="Create"/>: fail when it exists.</summary>
    public const int Exclusive = 0x80;

    /// <summary>Do not make a terminal the controlling one.</summary>
    public const int NoControllingTerminal = 0x100;

    /// <summary>Cut the file to nothing.</summary>
    public const int Truncate = 0x200;

    /// <summary>Append.</summary>
    public const int Append = 0x400;

    /// <summary>Do not wait, for example for a pipe's other end.</summary>
    public const int NonBlocking = 0x800;

    /// <summary>Do not update the access time; only the owner and root may ask.</summary>
    public const int NoAccessTime = 0x40000;

    /// <summary>Only name the file, for use with other calls.</summary>
    public const int Path = 0x200000;

    internal const int CloseOnExec = 0x80000;

    /// <summary>Fail unless it is a directory.</summary>
    public static int Directory => Arm ? 0x4000 : 0x10000;

    /// <summary>Fail with ELOOP when the last name is a symbolic link.</summary>
    public static int NoFollow => Arm ? 0x8000 : 0x20000;

    private static bool Arm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
}
