namespace BuildSharp.Linux;

/// <summary>Queries terminals.</summary>
public static unsafe class Terminal
{
    /// <summary>Whether the open descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => isatty(descriptor) == 1;

    /// <summary>Whether Ctrl-C on the terminal of this process reaches it, and its children likewise. False without a terminal, and for a
    /// job in the background.</summary>
    public static bool IsInForeground()
    {
        for (var descriptor = 0; descriptor <= 2; descriptor++)
        {
            var foreground = (int)tcgetpgrp(descriptor);
            if (foreground > 0)
            {
                return foreground == (int)getpgrp();
            }
        }

        return false;
    }

    /// <summary>Size in characters; null when the descriptor is not a terminal or the size is unknown.</summary>
    public static (int Rows, int Columns)? Size(int descriptor)
    {
        winsize size;
        return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size is { ws_row: > 0, ws_col: > 0 }
            ? (size.ws_row, size.ws_col)
            : null;
    }
}
