namespace BuildSharp.Dockerfiles.Statements;

/// <summary>Finds the first error in a text that looks like a JSON array but is not. Such a text is valid shell form, which its author
/// probably did not intend.</summary>
internal static class JsonDoubt
{
    /// <summary>The error and its offset; null when the text does not look like an array.</summary>
    /// <param name="text">Arguments that start with <c>[</c> and are not valid JSON.</param>
    /// <param name="mayBeTest">Whether the text may be the shell's test command, <c>[ "$a" = b ]</c>.</param>
    public static (int At, string Reason)? Find(ReadOnlySpan<char> text, bool mayBeTest)
    {
        var at = Skip(text, 1);
        if (at >= text.Length || (mayBeTest && at > 1) || !IsQuote(text[at]))
        {
            return null;
        }

        while (true)
        {
            if (text[at] != '"')
            {
                return (at, Unquoted(text[at]));
            }

            var open = at++;
            for (; at < text.Length && text[at] != '"'; at++)
            {
                if (text[at] != '\\')
                {
                    continue;
                }

                if (at + 1 < text.Length && !"\"\\/bfnrtu".Contains(text[at + 1]))
                {
                    return (at, $"JSON has no \\{text[at + 1]}; a backslash is written \\\\");
                }

                at++;
            }

            if (at >= text.Length)
            {
                return (open, "this quote is never closed");
            }

            at = Skip(text, at + 1);
            if (at >= text.Length)
            {
                return (open, "the closing bracket is missing");
            }

            if (text[at] == ']')
            {
                return Skip(text, at + 1) is var end && end < text.Length ? (end, "something follows the closing bracket") : null;
            }

            if (text[at] != ',')
            {
                return (at, IsQuote(text[at]) ? "a comma is missing before this" : "a comma or the closing bracket is missing before this");
            }

            at = Skip(text, at + 1);
            if (at >= text.Length)
            {
                return (open, "the closing bracket is missing");
            }

            if (text[at] == ']')
            {
                return (at, "there is a comma before the closing bracket");
            }
        }
    }

    private static string Unquoted(char found) => found switch
    {
        '\'' => "JSON has no single quotes",
        _ when IsQuote(found) => $"{found} is a typographic quote",
        _ => "this element is not in double quotes",
    };

    private static bool IsQuote(char character) => character is '"' or '\'' or '\u201c' or '\u201d' or '\u201e' or '\u2018' or '\u2019';

    private static int Skip(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
