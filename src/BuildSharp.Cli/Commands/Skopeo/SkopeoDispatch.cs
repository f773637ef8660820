using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>Decides which command lines are skopeo's: all of a program called <c>skopeo</c>, those after the word <c>skopeo</c>, and
/// <c>copy</c>, <c>inspect</c> and <c>delete</c> of an image that is written with its transport.</summary>
internal static class SkopeoDispatch
{
    /// <summary>The verb that precedes a command line of skopeo.</summary>
    public const string Word = "skopeo";

    /// <summary>Takes the word <c>skopeo</c> out of a command line, and notes that the rest is skopeo's.</summary>
    public static (IReadOnlyList<string> Words, Surroundings Surroundings) Enter(IReadOnlyList<string> words, Surroundings surroundings)
    {
        if (surroundings.Program == Word)
        {
            return (words, surroundings with { IsSkopeo = true });
        }

        // Most command lines do not hold the word, and need not be searched for their verb twice.
        return words.Contains(Word) && VerbScan.FindVerb(words) is >= 0 and var at && words[at] == Word
            ? ([.. words.Take(at), .. words.Skip(at + 1)], surroundings with { IsSkopeo = true, Program = $"{surroundings.Program} {Word}" })
            : (words, surroundings);
    }

    /// <summary>The verb of skopeo that a verb of buildah with the same name means; null when it means buildah's.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="at">Index of the verb.</param>
    /// <param name="surroundings">Where the local store is found.</param>
    public static VerbEntry? FindByPlace(IReadOnlyList<string> words, int at, Surroundings surroundings)
    {
        // The colon is looked for first, because only then flags must be told from their values.
        if (words[at] is not ("copy" or "inspect" or "delete") || !words.Any(word => word.Contains(':')) || SkopeoTable.Find(words[at]) is not { } entry)
        {
            return null;
        }

        var flags = new FlagSet([.. entry.Create().Flags, .. VerbTable.Find(words[at])!.Create().Flags, .. GlobalFlags.All]);
        var place = FirstPositional([.. words.Skip(at + 1)], flags);
        return place is not null && IsPlace(words[at], place) && !IsLocal(place, flags, words, surroundings) ? entry : null;
    }

    private static string? FirstPositional(IReadOnlyList<string> words, FlagSet flags)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word.Length < 2 || word[0] != '-')
            {
                return word;
            }

            if (word == "--")
            {
                return words.ElementAtOrDefault(i + 1);
            }

            var flag = word[1] == '-' ? flags.Find(word[2..]) : word.Length == 2 ? flags.Find(word[1]) : null;
            i += flag?.TakesWord == true ? 1 : 0;
        }

        return null;
    }

    // buildah's inspect takes containers-storage: too.
    private static bool IsPlace(string verb, string word) => word.IndexOf(':') is > 0 and var colon && word[..colon] switch
    {
        "docker" => word[colon..].StartsWith("://", StringComparison.Ordinal),
        "containers-storage" => verb != "inspect",
        var transport => TransportTable.KnownNames.Contains(transport),
    };

    // "dir:x" may also be the image dir with tag x, or a container of that name.
    private static bool IsLocal(string word, FlagSet flags, IReadOnlyList<string> words, Surroundings surroundings)
    {
        if (word.Contains("://", StringComparison.Ordinal) || word.StartsWith("containers-storage:", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            var values = FlagParser.Parse([.. words], flags, FlagPlacement.Anywhere, surroundings.Environment).Flags;
            var options = StoreAccess.Options(values, surroundings.Environment);
            if (!Directory.Exists(options.GraphRoot))
            {
                return false;
            }

            using var store = Store.Open(options);
            return WorkingContainer.TryOpen(store, word) is not null || store.Images.Find(word) is not null;
        }
        catch (BuildSharpException)
        {
            // A mistake in the flags, or in the store: the verb reports it.
            return false;
        }
    }
}
