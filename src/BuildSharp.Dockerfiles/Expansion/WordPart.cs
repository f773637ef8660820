namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>A piece of a word as the expansion sees it.</summary>
public abstract record WordPart
{
    private protected WordPart()
    {
    }
}

/// <summary>Text that stands for itself.</summary>
/// <param name="Text">Without quotes, and without escape tokens unless they belong to a pattern.</param>
/// <param name="IsFixed">Whether it was quoted or escaped, so that blanks in it do not separate words.</param>
public sealed record LiteralPart(string Text, bool IsFixed) : WordPart;

/// <summary>Text in double quotes: variables in it count, blanks in their values do not separate words.</summary>
/// <param name="Parts">What is between the quotes.</param>
public sealed record QuotedPart(IReadOnlyList<WordPart> Parts) : WordPart;

/// <summary><c>$name</c>, <c>${name}</c>, or <c>${name</c> with a modifier and <c>}</c>.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Modifier">What to do with its value.</param>
/// <param name="Word">The text after the modifier, or the pattern.</param>
/// <param name="Replacement">The text after the pattern of <c>/</c>.</param>
public sealed record VariablePart(string Name, Modifier Modifier, IReadOnlyList<WordPart> Word, IReadOnlyList<WordPart> Replacement)
    : WordPart;

/// <summary>What <c>${name…}</c> does with the variable's value.</summary>
public enum Modifier
{
    /// <summary>The value, or nothing.</summary>
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

    /// <summary><c>#</c>: without the shortest prefix that matches.</summary>
    ShortestPrefix,

    /// <summary><c>##</c>: without the longest prefix that matches.</summary>
    LongestPrefix,

    /// <summary><c>%</c>: without the shortest suffix that matches.</summary>
    ShortestSuffix,

    /// <summary><c>%%</c>: without the longest suffix that matches.</summary>
    LongestSuffix,

    /// <summary><c>/</c>: the first match replaced.</summary>
    ReplaceFirst,

    /// <summary><c>//</c>: every match replaced.</summary>
    ReplaceAll,
}
