namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>A part of a word, parsed for expansion.</summary>
public abstract record WordPart
{
    private protected WordPart()
    {
    }
}

/// <summary>Literal text.</summary>
/// <param name="Text">The text without quotes, and without escape characters unless they are part of a pattern.</param>
/// <param name="IsFixed">Whether it was quoted or escaped, so that its blanks do not separate words.</param>
public sealed record LiteralPart(string Text, bool IsFixed) : WordPart;

/// <summary>Text in double quotes: variables are replaced, and blanks in their values do not separate words.</summary>
/// <param name="Parts">The parts between the quotes.</param>
public sealed record QuotedPart(IReadOnlyList<WordPart> Parts) : WordPart;

/// <summary><c>$name</c>, <c>${name}</c>, or <c>${name</c> with a modifier and <c>}</c>.</summary>
/// <param name="Name">Name of the variable.</param>
/// <param name="Modifier">Operation on the value.</param>
/// <param name="Word">Text after the modifier, or the pattern.</param>
/// <param name="Replacement">Text after the pattern of <c>/</c>.</param>
public sealed record VariablePart(string Name, Modifier Modifier, IReadOnlyList<WordPart> Word, IReadOnlyList<WordPart> Replacement)
    : WordPart;

/// <summary>Operation on a variable's value in <c>${name…}</c>.</summary>
public enum Modifier
{
    /// <summary>The value, or nothing if unset.</summary>
    None,

    /// <summary><c>-</c>: the word when unset.</summary>
    Default,

    /// <summary><c>:-</c>: the word when unset or empty.</summary>
    DefaultIfEmpty,

    /// <summary><c>+</c>: the word when set.</summary>
    Alternative,

    /// <summary><c>:+</c>: the word when set and not empty.</summary>
    AlternativeIfNotEmpty,

    /// <summary><c>?</c>: an error when unset.</summary>
    Required,

    /// <summary><c>:?</c>: an error when unset or empty.</summary>
    RequiredNotEmpty,

    /// <summary><c>#</c>: removes the shortest matching prefix.</summary>
    ShortestPrefix,

    /// <summary><c>##</c>: removes the longest matching prefix.</summary>
    LongestPrefix,

    /// <summary><c>%</c>: removes the shortest matching suffix.</summary>
    ShortestSuffix,

    /// <summary><c>%%</c>: removes the longest matching suffix.</summary>
    LongestSuffix,

    /// <summary><c>/</c>: replaces the first match.</summary>
    ReplaceFirst,

    /// <summary><c>//</c>: replaces every match.</summary>
    ReplaceAll,
}
