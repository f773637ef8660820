namespace BuildSharp.Dockerfiles.Statements;

/// <summary>Where a text that was meant as a JSON array stops being one. Such a text is no error: it is shell form, which nobody who
/// wrote a bracket expects.</summary>
internal static class JsonDoubt
{
    /// <summary>What is wrong, and at which offset; null when the text does not look like an array.</summary>
    /// <param name="text">Arguments that begin with <c>[</c> and are not JSON.</param>
    /// <param name="mayBeTest">Whether <c>[ "$a" = b ]</c>, the shell's test, may be meant.</param>
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
