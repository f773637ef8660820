namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>How much variables may make of little text. <c>ENV a=$a$a</c> on forty lines asks for a terabyte; it is refused here, long
/// before that.</summary>
internal static class ExpansionLimit
{
    /// <summary>Characters that any word may come to: Linux gives no program a longer argument or variable (MAX_ARG_STRLEN).</summary>
    public const int Word = 131_072;

    /// <summary>A text that is longer than <see cref="Word"/> by itself may grow as many times.</summary>
    public const int Growth = 4;

    /// <summary>Characters that all values set by one Dockerfile may come to.</summary>
    public const int Values = 16_777_216;

    /// <summary>The characters that a text may come to when it is expanded.</summary>
    public static int Of(string text) => Math.Max(Word, (int)Math.Min(int.MaxValue / 2, (long)Growth * text.Length));
}
