namespace BuildSharp.Linux;

/// <summary>File modes in octal digits, because C# has no octal literals.</summary>
public static class Octal
{
    /// <summary>Common umask: group and others cannot write.</summary>
    public const int O022 = (2 << 3) | 2;

    /// <summary>Execute permission for all.</summary>
    public const int O111 = (1 << 6) | (1 << 3) | 1;

    /// <summary>Read permission for the owner.</summary>
    public const int O400 = 4 << 6;

    /// <summary>Read permission for all.</summary>
    public const int O444 = (4 << 6) | (4 << 3) | 4;

    /// <summary>Read and execute permission for all.</summary>
    public const int O555 = (5 << 6) | (5 << 3) | 5;

    /// <summary>Read and write permission for the owner.</summary>
    public const int O600 = 6 << 6;

    /// <summary>Read permission for all, write permission for the owner.</summary>
    public const int O644 = (6 << 6) | (4 << 3) | 4;

    /// <summary>Read and write permission for all.</summary>
    public const int O666 = (6 << 6) | (6 << 3) | 6;

    /// <summary>All permissions for the owner.</summary>
    public const int O700 = 7 << 6;

    /// <summary>All permissions for the owner, execute (search) permission for others.</summary>
    public const int O711 = (7 << 6) | (1 << 3) | 1;

    /// <summary>Read and execute permission for all, write permission for the owner.</summary>
    public const int O755 = (7 << 6) | (5 << 3) | 5;

    /// <summary>All nine permission bits.</summary>
    public const int O777 = (7 << 6) | (7 << 3) | 7;

    /// <summary>setuid and setgid.</summary>
    public const int O6000 = 6 << 9;

    /// <summary>All twelve mode bits.</summary>
    public const int O7777 = (7 << 9) | O777;
}
