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
                continue;

            all.Add(flag);
            foreach (var alias in flag.Aliases)
                _byName.TryAdd(alias, flag);

            if (flag.Shorthand is { } letter)
                _byLetter.TryAdd(letter, flag);
        }

        All = all;
    }

    /// <summary>Every flag once, in table order.</summary>
    public IReadOnlyList<FlagDefinition> All { get; }

    /// <summary>The flag of that long name or alias, or <c>null</c>.</summary>
    public FlagDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The flag of that letter, or <c>null</c>.</summary>
    public FlagDefinition? Find(char letter) => _byLetter.GetValueOrDefault(letter);
}
