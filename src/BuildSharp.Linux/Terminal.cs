namespace BuildSharp.Linux;

/// <summary>Terminals.</summary>
public static unsafe class Terminal
{
    /// <summary>Whether the open descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => Libc.IsTerminal(descriptor) == 1;

    /// <summary>Size in characters; null when the descriptor is no terminal or its size is not known.</summary>
    public static (int Rows, int Columns)? Size(int descriptor)
    {
        Libc.WindowSize size;
        return Libc.ReadWindowSize(descriptor, Libc.GetWindowSize, &size) == 0 && size is { Rows: > 0, Columns: > 0 }
            ? (size.Rows, size.Columns)
            : null;
    }
}
