using System.Text;
using System.Text.Json;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers.Configuring;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Commands as <c>config</c> takes them: a JSON array of texts, else words with shell quoting and no expansion.</summary>
internal static class CommandWords
{
    /// <summary>Reads a flag that may be a JSON array; null when it was not given.</summary>
    /// <exception cref="BuildSharpException">A quote is left open.</exception>
    public static WordList? Read(FlagValues flags, string name) =>
        flags.Text(name) is { } text ? new WordList(text, ParseArray(text) ?? Split(text, name)) : null;

    /// <summary>Reads a flag whose value is words only.</summary>
    /// <exception cref="BuildSharpException">A quote is left open.</exception>
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

    /// <summary>Splits at blanks outside quotes; a backslash keeps the next character, but in single quotes it stands for itself.</summary>
    /// <exception cref="BuildSharpException">A quote is left open.</exception>
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
