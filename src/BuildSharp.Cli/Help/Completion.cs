using BuildSharp.Cli.Commands;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Skopeo;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Help;

/// <summary>Finds what the last word of a command line may become: a verb, a flag, a flag's value, or the name of a container, an image or
/// a transport. Which names fit where is read from the verb's usage line.</summary>
/// <param name="surroundings">Where the store and its settings are found.</param>
internal sealed class Completion(Surroundings surroundings)
{
    /// <summary>The candidates in byte order, each of which begins with the last word.</summary>
    /// <param name="line">The command line up to the cursor, the program's name first.</param>
    public IReadOnlyList<string> Of(string line)
    {
        var words = line.Split([' ', '\t', '\n']);
        var (typed, last) = (words[1..^1].Where(word => word.Length > 0).ToList(), words[^1]);
        return [.. Candidates(typed, last).Where(candidate => candidate.StartsWith(last, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
    }

    private IEnumerable<string> Candidates(List<string> typed, string last)
    {
        var at = VerbScan.FindVerb([.. typed, "last"]);
        typed = [.. GroupVerb.Translate(typed, at)];
        var isSkopeo = at >= 0 && at + 1 < typed.Count && typed[at] == SkopeoDispatch.Word;
        if (isSkopeo)
        {
            typed.RemoveAt(at);
        }

        var verb = at < 0 || at >= typed.Count ? null : (isSkopeo ? SkopeoTable.Find(typed[at]) : VerbTable.Find(typed[at]))?.Create();
        if (at >= 0 && at < typed.Count && verb is null)
        {
            return [];
        }

        var flags = new FlagSet(verb is null ? [GlobalFlags.Version, .. GlobalFlags.All] : [.. verb.Flags, .. GlobalFlags.All]);
        if (last.StartsWith('-') && last.Split('=') is [var flag, _, ..])
        {
            return Values(Find(flags, flag), typed).Select(value => $"{flag}={value}");
        }

        if (typed.Count > 0 && Find(flags, typed[^1]) is { TakesWord: true } open)
        {
            return Values(open, typed);
        }

        if (last.StartsWith('-'))
        {
            return flags.All.Where(known => !known.Hidden).Select(known => "--" + known.Name).Append("--help");
        }

        return verb is null
            ? Verbs()
            : Positionals(verb, Number(typed[(at + 1)..], flags), typed);
    }

    private static IEnumerable<string> Verbs() => VerbTable.All.Where(entry => !entry.Create().Hidden).SelectMany(entry => entry.Aliases.Prepend(entry.Name));

    /// <summary>The number of positionals among the words behind a verb.</summary>
    private static int Number(IReadOnlyList<string> words, FlagSet flags)
    {
        var count = 0;
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith('-'))
            {
                count++;
            }
            else if (!words[i].Contains('=') && Find(flags, words[i]) is { TakesWord: true })
            {
                i++;
            }
        }

        return count;
    }

    private static FlagDefinition? Find(FlagSet flags, string word) => word switch
    {
        ['-', '-', .. var name] => flags.Find(name),
        ['-', var letter] => flags.Find(letter),
        _ => null,
    };

    /// <summary>What a positional may be, by the word that stands for it in the usage line: the last word also stands for all after it when
    /// it ends in an ellipsis.</summary>
    private IEnumerable<string> Positionals(Verb verb, int index, IReadOnlyList<string> typed)
    {
        if (index == 0 && verb.FirstWords.Count > 0)
        {
            return verb.FirstWords;
        }

        var usage = verb.Synopsis.Split(' ').Where(word => word is not ("[flags]" or "[--]")).ToList();
        var word = index < usage.Count ? usage[index] : usage.Count > 0 && usage[^1].Contains("...", StringComparison.Ordinal) ? usage[^1] : "";
        return word.Trim('[', ']', '.').Split('|').SelectMany(kind => Names(kind, typed));
    }

    private IEnumerable<string> Values(FlagDefinition? flag, IReadOnlyList<string> typed) =>
        flag is null ? [] : flag.Values.Count > 0 ? flag.Values : Names(flag.ValueName.ToUpperInvariant(), typed);

    private IEnumerable<string> Names(string kind, IReadOnlyList<string> typed)
    {
        switch (kind)
        {
            case "CONTAINER":
                return InStore(typed, store => WorkingContainer.List(store).Select(container => container.Name));
            case "IMAGE" or "LIST":
                return InStore(typed, store => store.Images.All().SelectMany(image => image.Names.SelectMany(ImageName.Spellings)));
            case "DESTINATION" or "TRANSPORT":
                return TransportTable.KnownNames.Select(name => name + ":");
            case "command":
                return Verbs();
            default:
                return [];
        }
    }

    /// <summary>Reads names from the store that the command line means; a store that does not exist is not made for it.</summary>
    private IReadOnlyList<string> InStore(IReadOnlyList<string> typed, Func<Store, IEnumerable<string>> names)
    {
        var globals = new FlagSet(GlobalFlags.All);
        var given = typed.Where((word, i) => Find(globals, word.Split('=')[0]) is not null || (i > 0 && Find(globals, typed[i - 1]) is { TakesWord: true }));
        var flags = FlagParser.Parse([.. given], globals, FlagPlacement.Anywhere, surroundings.Environment).Flags;
        var options = StoreAccess.Options(flags, surroundings.Environment);
        if (!Directory.Exists(options.GraphRoot))
        {
            return [];
        }

        using var store = Store.Open(options);
        return [.. names(store)];
    }
}
