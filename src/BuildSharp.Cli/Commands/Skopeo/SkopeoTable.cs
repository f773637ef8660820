using BuildSharp.Cli.Commands.Registries;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>The verbs of skopeo's command line: those of a program that is called by that name, and of the verb <c>skopeo</c>.</summary>
internal static class SkopeoTable
{
    /// <summary>All verbs, sorted by name.</summary>
    public static IReadOnlyList<VerbEntry> All { get; } =
    [
        new("copy", [], static () => new CopyImageVerb()),
        new("delete", [], static () => new DeleteImageVerb()),
        new("inspect", [], static () => new InspectImageVerb()),
        new("list-tags", [], static () => new ListTagsVerb()),
        new("login", [], static () => new LoginVerb()),
        new("logout", [], static () => new LogoutVerb()),
        new("manifest-digest", [], static () => new ManifestDigestVerb()),
        new("sync", [], static () => new SyncImagesVerb()),
    ];

    /// <summary>The verb with that name; null when there is none.</summary>
    public static VerbEntry? Find(string name) => All.FirstOrDefault(entry => entry.Name == name);
}
