using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Finds the verb among the words of a command line, before anything is known about the flags around it.</summary>
/// <remarks>Verb flags are legal before the verb (<c>--cert-dir D push IMAGE</c>), so whether a word belongs to the flag before it is
/// decided from the union of all verbs' flags. That union is only made when a flag that isn't global stands first.</remarks>
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

            // With nothing behind it, it does not matter what the flag takes: "--version" alone makes no verb's table.
            if (at + 1 < words.Count && TakesNextWord(word) && !(IsAmbiguousLetter(word) && VerbTable.Find(words[at + 1]) is not null))
            {
                at++;
            }
        }

        return -1;
    }

    /// <summary>The failure for a word that stands where the verb should and is none.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="at">The word.</param>
    /// <param name="program">What we are called by.</param>
    public static BuildSharpException NoSuchVerb(IReadOnlyList<string> words, int at, string program)
    {
        if (UnsupportedVerbs.Refusal(words[at]) is { } refusal)
        {
            return refusal;
        }

        // It is the value of a flag, perhaps, that was taken for the verb because nobody knows the flag.
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

        // Only the last letter of a bundle can look for its value in the next word, and only when nothing is glued to it.
        for (var at = 1; at < word.Length; at++)
        {
            if (Candidates(flag => flag.Shorthand == word[at]).Any(flag => flag.TakesWord))
            {
                return at == word.Length - 1;
            }
        }

        return false;
    }

    // One letter may be a switch of one verb and a value flag of another (-t); then a verb's name right after it is the verb.
    private static bool IsAmbiguousLetter(string word) =>
        word[1] != '-' && Candidates(flag => flag.Shorthand == word[^1]).Any(flag => !flag.TakesWord);

    private static IEnumerable<FlagDefinition> Candidates(Func<FlagDefinition, bool> matches)
    {
        var global = GlobalFlags.All.Where(matches).ToList();
        return global.Count > 0 ? global : VerbTable.All.SelectMany(entry => entry.Create().Flags).Where(matches);
    }
}
