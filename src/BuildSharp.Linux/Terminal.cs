namespace BuildSharp.Linux;

/// <summary>Terminals.</summary>
public static class Terminal
{
    /// <summary>Whether the open descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => Libc.IsTerminal(descriptor) == 1;
}
