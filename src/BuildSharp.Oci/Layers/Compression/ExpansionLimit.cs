namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Limits of expansion, above which compressed data counts as an attack.</summary>
/// <remarks>gzip cannot expand more than 1032 times; real layers stay below 100. For small blobs the ratio is not limited.</remarks>
public static class ExpansionLimit
{
    /// <summary>Maximum number of uncompressed bytes of one blob: 64 GiB.</summary>
    public const long PlainBytes = 64L << 30;

    /// <summary>Maximum number of uncompressed bytes per compressed byte, after the first <see cref="FreeBytes"/>.</summary>
    public const int Ratio = 1000;

    /// <summary>Number of uncompressed bytes that may have any ratio: 64 MiB.</summary>
    public const long FreeBytes = 64L << 20;

    internal static void Check(long plain, long compressed, string format)
    {
        if (plain > PlainBytes)
        {
            throw new BuildSharpException($"{format} data expands to more than {PlainBytes >> 30} GiB; refused");
        }

        if (plain > FreeBytes && plain / Ratio > compressed)
        {
            throw new BuildSharpException($"{format} data expands more than {Ratio} times ({compressed:N0} to over {plain:N0} bytes); refused");
        }
    }
}
