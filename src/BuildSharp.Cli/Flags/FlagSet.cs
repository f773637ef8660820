using BuildSharp.Notation;

namespace BuildSharp.Cli.Flags;

/// <summary>The flags legal in one place, found by long name, alias or letter. Of two rows with one name the first wins, so a verb's
/// own row stands before the global one.</summary>
internal sealed class FlagSet
{
    private readonly Dictionary<string, FlagDefinition> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<char, FlagDefinition> _byLetter = [];

    public FlagSet(IEnumerable<FlagDefinition> flags)
    {
        var all = new List<FlagDefinition>();
        foreach (var flag in flags)
        {
            if (!_byName.TryAdd(flag.Name, flag))
            {
                continue;
            }

            all.Add(flag);
            foreach (var alias in flag.Aliases)
            {
                _byName.TryAdd(alias, flag);
            }

            if (flag.Shorthand is { } letter)
            {
                _byLetter.TryAdd(letter, flag);
            }
        }

        All = all;
    }

    /// <summary>Every flag once, in table order.</summary>
    public IReadOnlyList<FlagDefinition> All { get; }

    /// <summary>The flag of that long name or alias, or <c>null</c>.</summary>
    public FlagDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary><c> (did you mean --X?)</c> for a name that is no flag's, or nothing: the only flag that begins so, or the nearest. Flags
    /// that help does not show are not offered.</summary>
    public string SuggestionFor(string name)
    {
        string[] names = [.. All.Where(flag => !flag.Hidden).SelectMany(flag => flag.Aliases.Prepend(flag.Name))];
        string[] longer = name.Length < 3 ? [] : [.. names.Where(known => known.StartsWith(name, StringComparison.Ordinal))];
        return Suggestion.Clause(name, names, "--") is { Length: > 0 } clause ? clause : longer is [var only] ? $" (did you mean --{only}?)" : "";
    }

    /// <summary>The flag of that letter, or <c>null</c>.</summary>
    public FlagDefinition? Find(char letter) => _byLetter.GetValueOrDefault(letter);
}
