using BuildSharp.Dockerfiles.Grammar;
using Pidgin;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Splits text into shell words and parses them, without looking up variables.</summary>
public static class ShellWords
{
    /// <summary>Maximum nesting of <c>${a:-${b:-…}}</c>, which bounds the parser's stack.</summary>
    private const int DeepestNesting = 100;

    /// <summary>Splits at white space outside quotes. Quotes and escapes are kept.</summary>
    public static IReadOnlyList<string> Split(string text, char escape = '\\') =>
        [.. WordGrammar.For(escape).QuotedWords.ParseOrThrow(text).Select(word => word.Value)];

    /// <summary>Whether expansion does not change the word, because it has no variable, quote or escape.</summary>
    public static bool IsFinal(string word, char escape = '\\') => !word.AsSpan().ContainsAny('$', '\'', '"') && !word.Contains(escape);

    /// <summary>The parts of a word.</summary>
    /// <exception cref="ExpansionException">A quote or brace is not closed, or a modifier is unknown.</exception>
    public static IReadOnlyList<WordPart> Parse(string word, char escape = '\\') => Parse(word, ShellWordGrammar.For(escape), escape);

    /// <summary>The parts of a heredoc body, in which quotes have no special meaning.</summary>
    public static IReadOnlyList<WordPart> ParseBody(string body) => Parse(body, ShellWordGrammar.Body, '\\');

    private static IReadOnlyList<WordPart> Parse(string word, ShellWordGrammar grammar, char escape)
    {
        CheckNesting(word, escape);
        try
        {
            return grammar.ShellWord.ParseOrThrow(word);
        }
        catch (RejectedException rejection)
        {
            throw new ExpansionException(word, rejection.Message, rejection.Hint);
        }
    }

    private static void CheckNesting(string word, char escape)
    {
        var depth = 0;
        for (var i = 0; i + 1 < word.Length; i++)
        {
            if (word[i] == escape)
            {
                i++;
            }
            else if (word[i] == '}' && depth > 0)
            {
                depth--;
            }
            else if (word[i] == '$' && word[i + 1] == '{' && ++depth > DeepestNesting)
            {
                throw new ExpansionException(word, $"substitutions are nested more than {DeepestNesting} deep");
            }
        }
    }
}
