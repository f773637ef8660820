using System.Text;
using System.Text.Json;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers.Configuring;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>Command values of <c>config</c>: a JSON array of strings, or words with shell quoting and without expansion.</summary>
internal static class CommandWords
{
    /// <summary>Parses a flag that may be a JSON array; null when the flag is absent.</summary>
    /// <exception cref="BuildSharpException">A quote is not closed.</exception>
    public static WordList? Read(FlagValues flags, string name) =>
        flags.Text(name) is { } text ? new WordList(text, ParseArray(text) ?? Split(text, name)) : null;

    /// <summary>Parses a flag whose value is never a JSON array; null when the flag is absent.</summary>
    /// <exception cref="BuildSharpException">A quote is not closed.</exception>
    public static WordList? ReadPlain(FlagValues flags, string name) =>
        flags.Text(name) is { } text ? new WordList(text, Split(text, name)) : null;

    private static List<string>? ParseArray(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Array
                && json.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. json.RootElement.EnumerateArray().Select(item => item.GetString()!)]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Splits at blanks outside quotes. A backslash escapes the next character, except in single quotes, where it is
    /// literal.</summary>
    /// <exception cref="BuildSharpException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Split(string text, string flag)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        var quote = '\0';
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (letter == '\\' && quote != '\'')
            {
                if (++at == text.Length)
                {
                    throw Unreadable(text, flag);
                }

                if (quote == '"' && text[at] is not ('"' or '\\' or '$' or '`'))
                {
                    word.Append('\\');
                }

                word.Append(text[at]);
                inWord = true;
            }
            else if (quote != '\0')
            {
                if (letter == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(letter);
                }
            }
            else if (letter is '"' or '\'')
            {
                quote = letter;
                inWord = true;
            }
            else if (letter is ' ' or '\t' or '\n' or '\r')
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(letter);
                inWord = true;
            }
        }

        if (quote != '\0')
        {
            throw Unreadable(text, flag);
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private static BuildSharpException Unreadable(string text, string flag) =>
        new($"parsing --{flag} {GoQuoting.Quote(text)}: invalid command line string");
}
