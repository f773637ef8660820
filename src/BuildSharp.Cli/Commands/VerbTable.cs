namespace BuildSharp.Cli.Commands;

/// <summary>A verb's names and how to make it.</summary>
internal sealed record VerbEntry(string Name, IReadOnlyList<string> Aliases, Func<Verb> Create);

/// <summary>Every verb by name. Looking one up makes nothing but that verb.</summary>
internal static class VerbTable
{
    /// <summary>Every verb, by its first name.</summary>
    public static IReadOnlyList<VerbEntry> All { get; } =
    [
        new("help", [], static () => new HelpVerb()),
        new("completion", [], static () => new CompletionVerb()),
        new("version", [], static () => new VersionVerb()),
    ];

    /// <summary>The verb of that name or alias, or <c>null</c>.</summary>
    public static VerbEntry? Find(string name)
    {
        foreach (var entry in All)
        {
            if (entry.Name == name || entry.Aliases.Contains(name))
                return entry;
        }

        return null;
    }
}
