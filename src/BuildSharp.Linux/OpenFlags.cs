namespace BuildSharp.Linux;

/// <summary>Flags of <c>open</c> (fcntl.h). Close-on-exec is always added.</summary>
public static class OpenFlags
{
    /// <summary>Read only.</summary>
    public const int ReadOnly = 0;

    /// <summary>Write only.</summary>
    public static int WriteOnly => O_WRONLY;

    /// <summary>Read and write.</summary>
    public static int ReadWrite => O_RDWR;

    /// <summary>Create the file when it is missing.</summary>
    public static int Create => O_CREAT;

    /// <summary>With <see cref="Create"/>: fail when it exists.</summary>
    public static int Exclusive => O_EXCL;

    /// <summary>Do not make a terminal the controlling one.</summary>
    public static int NoControllingTerminal => O_NOCTTY;

    /// <summary>Cut the file to nothing.</summary>
    public static int Truncate => O_TRUNC;

    /// <summary>Append.</summary>
    public static int Append => O_APPEND;

    /// <summary>Do not wait, for example for a pipe's other end.</summary>
    public static int NonBlocking => O_NONBLOCK;

    /// <summary>Do not update the access time; only the owner and root may ask.</summary>
    public static int NoAccessTime => O_NOATIME;

    /// <summary>Only name the file, for use with other calls.</summary>
    public static int Path => O_PATH;

    /// <summary>Fail unless it is a directory.</summary>
    public static int Directory => O_DIRECTORY;

    /// <summary>Fail with ELOOP when the last name is a symbolic link.</summary>
    public static int NoFollow => O_NOFOLLOW;
}
