namespace BuildSharp.Linux;

/// <summary>Flags of <c>open</c> (open(2)). Close-on-exec is always added.</summary>
public static class OpenFlags
{
    /// <summary>Read only.</summary>
    public const int ReadOnly = 0;

    /// <summary>Write only.</summary>
    public static int WriteOnly => O_WRONLY;

    /// <summary>Read and write.</summary>
    public static int ReadWrite => O_RDWR;

    /// <summary>Create the file if it is missing.</summary>
    public static int Create => O_CREAT;

    /// <summary>With <see cref="Create"/>: fail if the file exists.</summary>
    public static int Exclusive => O_EXCL;

    /// <summary>Do not make a terminal the controlling one.</summary>
    public static int NoControllingTerminal => O_NOCTTY;

    /// <summary>Truncate the file to length 0.</summary>
    public static int Truncate => O_TRUNC;

    /// <summary>Append.</summary>
    public static int Append => O_APPEND;

    /// <summary>Do not wait, for example for the other end of a pipe.</summary>
    public static int NonBlocking => O_NONBLOCK;

    /// <summary>Do not update the access time; permitted to the owner and root.</summary>
    public static int NoAccessTime => O_NOATIME;

    /// <summary>Refer to the file for use with other calls, without opening it.</summary>
    public static int Path => O_PATH;

    /// <summary>Fail unless it is a directory.</summary>
    public static int Directory => O_DIRECTORY;

    /// <summary>Fail with ELOOP if the last component is a symbolic link.</summary>
    public static int NoFollow => O_NOFOLLOW;
}
