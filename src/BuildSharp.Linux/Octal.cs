namespace BuildSharp.Linux;

/// <summary>File modes under the octal digits that everybody knows them by, since C# has no octal literals.</summary>
public static class Octal
{
    /// <summary>The customary mask: what is made is not writable for group and others.</summary>
    public const int O022 = (2 << 3) | 2;

    /// <summary>Anybody's execute bit.</summary>
    public const int O111 = (1 << 6) | (1 << 3) | 1;

    /// <summary>Readable for all.</summary>
    public const int O444 = (4 << 6) | (4 << 3) | 4;

    /// <summary>Readable and executable for all, writable for nobody.</summary>
    public const int O555 = (5 << 6) | (5 << 3) | 5;

    /// <summary>The owner's alone.</summary>
    public const int O600 = 6 << 6;

    /// <summary>Readable for all, writable for the owner.</summary>
    public const int O644 = (6 << 6) | (4 << 3) | 4;

    /// <summary>The owner's alone, and executable.</summary>
    public const int O700 = 7 << 6;

    /// <summary>The owner's; others may walk through it.</summary>
    public const int O711 = (7 << 6) | (1 << 3) | 1;

    /// <summary>Readable and executable for all, writable for the owner.</summary>
    public const int O755 = (7 << 6) | (5 << 3) | 5;

    /// <summary>All nine permission bits.</summary>
    public const int O777 = (7 << 6) | (7 << 3) | 7;

    /// <summary>Both bits that give a program another user or group.</summary>
    public const int O6000 = 6 << 9;

    /// <summary>All twelve bits.</summary>
    public const int O7777 = (7 << 9) | O777;
}
