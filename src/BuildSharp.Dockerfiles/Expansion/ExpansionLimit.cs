namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Limits the length of expanded text. Forty lines of <c>ENV a=$a$a</c> would produce a terabyte.</summary>
internal static class ExpansionLimit
{
    /// <summary>Maximum length of an expanded word in characters; equals the longest argument or variable that Linux accepts
    /// (MAX_ARG_STRLEN).</summary>
    public const int Word = 131_072;

    /// <summary>A text longer than <see cref="Word"/> may grow by this factor.</summary>
    public const int Growth = 4;

    /// <summary>Maximum total length of all values that one Dockerfile sets, in characters.</summary>
    public const int Values = 16_777_216;

    /// <summary>Maximum length of the expanded form of a text, in characters.</summary>
    public static int Of(string text) => Math.Max(Word, (int)Math.Min(int.MaxValue / 2, (long)Growth * text.Length));
}
