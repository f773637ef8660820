using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Finds the verb on a command line before the flags around it can be parsed.</summary>
/// <remarks>Flags of a verb may stand before it (<c>--cert-dir D push IMAGE</c>), so whether a word is the value of the flag before it is
/// decided from the flags of all verbs. Those are created only when the first flag is not a global one.</remarks>
internal static class VerbScan
{
    /// <summary>The index of the first word that is neither a flag nor a flag's value, or -1. It need not name a verb.</summary>
    public static int FindVerb(IReadOnlyList<string> words)
    {
        for (var at = 0; at < words.Count; at++)
        {
            var word = words[at];
            if (word.Length < 2 || word[0] != '-')
            {
                return at;
            }

            if (word == "--")
            {
                return at + 1 < words.Count ? at + 1 : -1;
            }

            // For a flag at the end of the line it does not matter whether it takes a value, so "--version" alone creates no verb.
            if (at + 1 < words.Count && TakesNextWord(word) && !(IsAmbiguousLetter(word) && VerbTable.Find(words[at + 1]) is not null))
            {
                at++;
            }
        }

        return -1;
    }

    /// <summary>The error for a word in the place of the verb that is not a verb.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="at">Index of the word.</param>
    /// <param name="surroundings">The name by which the program was called.</param>
    public static BuildSharpException NoSuchVerb(IReadOnlyList<string> words, int at, Surroundings surroundings)
    {
        var program = surroundings.Program;
        if (surroundings.IsSkopeo)
        {
            return new BuildSharpException($"Unrecognized command `{program} {words[at]}`\nTry '{program} --help' for more information");
        }

        if (UnsupportedVerbs.Refusal(words[at]) is { } refusal)
        {
            return refusal;
        }

        // The word may be the value of an unknown flag before it; then report that flag.
        var all = new FlagSet(VerbTable.All.SelectMany(entry => entry.Create().Flags).Concat(GlobalFlags.All));
        foreach (var word in words.Take(at).Where(word => word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2))
        {
            var name = word[2..].Split('=')[0];
            if (name != "help" && all.Find(name) is null)
            {
                return new BuildSharpException($"unknown flag: --{name}{all.SuggestionFor(name)}");
            }
        }

        var meant = Suggestion.Clause(words[at], VerbTable.All.SelectMany(entry => entry.Aliases.Prepend(entry.Name)));
        return new BuildSharpException($"unknown command {GoQuoting.Quote(words[at])} for {GoQuoting.Quote(program)}{meant}");
    }

    private static bool TakesNextWord(string word)
    {
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            var name = word[2..];
            return !name.Contains('=') && Candidates(flag => flag.Name == name || flag.Aliases.Contains(name)).Any(flag => flag.TakesWord);
        }

        // Only the last letter of a bundle can take the next word as its value, and only when no text follows the letter.
        for (var at = 1; at < word.Length; at++)
        {
            if (Candidates(flag => flag.Shorthand == word[at]).Any(flag => flag.TakesWord))
            {
                return at == word.Length - 1;
            }
        }

        return false;
    }

    // A letter may be a bool of one verb and a value flag of another (-t). If a verb's name follows, treat the letter as a bool.
    private static bool IsAmbiguousLetter(string word) =>
        word[1] != '-' && Candidates(flag => flag.Shorthand == word[^1]).Any(flag => !flag.TakesWord);

    private static IEnumerable<FlagDefinition> Candidates(Func<FlagDefinition, bool> matches)
    {
        var global = GlobalFlags.All.Where(matches).ToList();
        return global.Count > 0 ? global : VerbTable.All.SelectMany(entry => entry.Create().Flags).Where(matches);
    }
}
