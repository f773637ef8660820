using BuildSharp.Oci;

namespace BuildSharp.Cli.Flags;

/// <summary>Where flags may stand among the words of a verb.</summary>
internal enum FlagPlacement
{
    /// <summary>Anywhere; <c>--</c> ends them.</summary>
    Anywhere,

    /// <summary>Before the first positional; a later word that begins with <c>-</c> is refused.</summary>
    BeforePositionals,

    /// <summary>Before the first positional; all words after it belong to the command to run and are not parsed.</summary>
    BeforeCommand,
}

/// <summary>A parsed command line: flag values and positionals.</summary>
internal sealed record ParsedLine(FlagValues Flags, IReadOnlyList<string> Positionals, bool HelpWanted);

/// <summary>Splits the words of a verb into flags and positionals by pflag's rules: no abbreviations, a bool takes a value only after
/// <c>=</c>, letters may be bundled, and the last letter of a bundle may take a value. See
/// <see href="https://pkg.go.dev/github.com/spf13/pflag"/>.</summary>
internal static class FlagParser
{
    /// <summary>Parses <paramref name="words"/>, which do not include the verb.</summary>
    /// <exception cref="BuildSharpException">A flag is unknown, or its value is missing or invalid.</exception>
    public static ParsedLine Parse(
        IReadOnlyList<string> words, FlagSet flags, FlagPlacement placement, IReadOnlyDictionary<string, string> environment)
    {
        var values = new FlagValues(flags, environment);
        var positionals = new List<string>();
        for (var at = 0; at < words.Count; at++)
        {
            var word = words[at];
            if (word.Length < 2 || word[0] != '-')
            {
                positionals.Add(word);
                if (placement == FlagPlacement.Anywhere)
                {
                    continue;
                }

                positionals.AddRange(words.Skip(at + 1));
                break;
            }

            if (word == "--")
            {
                positionals.AddRange(words.Skip(at + 1));
                break;
            }

            var wantsHelp = word[1] == '-' ? ParseLong(words, ref at, flags, values) : ParseLetters(words, ref at, flags, values);
            if (wantsHelp)
            {
                return new ParsedLine(values, positionals, HelpWanted: true);
            }
        }

        return new ParsedLine(values, positionals, HelpWanted: false);
    }

    private static bool ParseLong(IReadOnlyList<string> words, ref int at, FlagSet flags, FlagValues values)
    {
        var body = words[at][2..];
        if (body[0] is '-' or '=')
        {
            throw new BuildSharpException($"bad flag syntax: {words[at]}");
        }

        var equals = body.IndexOf('=');
        var name = equals < 0 ? body : body[..equals];
        var flag = flags.Find(name);
        if (flag is null)
        {
            return name == "help" ? true : throw new BuildSharpException($"unknown flag: --{name}{flags.SuggestionFor(name)}");
        }

        if (equals >= 0)
        {
            values.Add(flag, body[(equals + 1)..]);
        }
        else if (!flag.TakesWord)
        {
            values.Add(flag, BareValue(flag));
        }
        else if (at + 1 < words.Count)
        {
            values.Add(flag, words[++at]);
        }
        else
        {
            throw new BuildSharpException($"flag needs an argument: --{name}");
        }

        return false;
    }

    private static bool ParseLetters(IReadOnlyList<string> words, ref int at, FlagSet flags, FlagValues values)
    {
        var letters = words[at][1..];
        while (letters.Length > 0)
        {
            var flag = flags.Find(letters[0]);
            if (flag is null)
            {
                return letters[0] == 'h'
                    ? true
                    : throw new BuildSharpException($"unknown shorthand flag: '{letters[0]}' in -{letters}");
            }

            if (letters.Length > 2 && letters[1] == '=')
            {
                values.Add(flag, letters[2..]);
                return false;
            }

            if (!flag.TakesWord)
            {
                values.Add(flag, BareValue(flag));
                letters = letters[1..];
                continue;
            }

            if (letters.Length > 1)
            {
                values.Add(flag, letters[1..]);
            }
            else if (at + 1 < words.Count)
            {
                values.Add(flag, words[++at]);
            }
            else
            {
                throw new BuildSharpException($"flag needs an argument: '{letters[0]}' in -{letters}");
            }

            return false;
        }

        return false;
    }

    private static string BareValue(FlagDefinition flag) => flag.Kind == FlagKind.Bool ? "true" : flag.BareValue;
}
