namespace BuildSharp.Oci.Layers;

/// <summary>How far compressed data may swell before it counts as an attack.</summary>
/// <remarks>gzip cannot exceed 1032 times; real layers stay below 100. Small blobs may be as extreme as they like.</remarks>
public static class ExpansionLimit
{
    /// <summary>Most plain bytes of one blob: 64 GiB.</summary>
    public const long PlainBytes = 64L << 30;

    /// <summary>Most plain bytes per compressed byte, once <see cref="FreeBytes"/> have been read.</summary>
    public const int Ratio = 1000;

    /// <summary>Plain bytes that may come at any ratio: 64 MiB.</summary>
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
