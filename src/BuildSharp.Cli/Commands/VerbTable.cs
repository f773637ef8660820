using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Caches;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Cli.Commands.Skopeo;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Commands.WorkingContainers;

namespace BuildSharp.Cli.Commands;

/// <summary>Names of a verb and a factory for it.</summary>
internal sealed record VerbEntry(string Name, IReadOnlyList<string> Aliases, Func<Verb> Create);

/// <summary>All verbs by name. A lookup creates only the verb that is found.</summary>
internal static class VerbTable
{
    /// <summary>All verbs, sorted by canonical name.</summary>
    public static IReadOnlyList<VerbEntry> All { get; } =
    [
        new("add", [], static () => new AddVerb()),
        new("build", ["bud", "build-using-dockerfile"], static () => new BudVerb()),
        new("cache", [], static () => new CacheVerb()),
        new("check", [], static () => new CheckVerb()),
        new("commit", [], static () => new CommitVerb()),
        new("completion", [], static () => new CompletionVerb()),
        new("config", [], static () => new ConfigVerb()),
        new("container", [], static () => new GroupVerb("container", VerbGroup.Container)),
        new("containers", ["list", "ls", "ps"], static () => new ContainersVerb()),
        new("copy", [], static () => new CopyVerb()),
        new("dockerfile", [], static () => new DockerfileVerb()),
        new("from", [], static () => new FromVerb()),
        new("help", [], static () => new HelpVerb()),
        new("history", [], static () => new HistoryVerb()),
        new("image", [], static () => new GroupVerb("image", VerbGroup.Image)),
        new("images", [], static () => new ImagesVerb()),
        new("info", [], static () => new InfoVerb()),
        new("inspect", [], static () => new InspectVerb()),
        new("list-tags", [], static () => new ListTagsVerb()),
        new("login", [], static () => new LoginVerb()),
        new("logout", [], static () => new LogoutVerb()),
        new("manifest", [], static () => new ManifestVerb()),
        new("manifest-digest", [], static () => new ManifestDigestVerb()),
        new("mount", [], static () => new MountVerb()),
        new("prune", [], static () => new PruneVerb()),
        new("pull", [], static () => new PullVerb()),
        new("push", [], static () => new PushVerb()),
        new("rename", [], static () => new RenameVerb()),
        new("rm", ["delete"], static () => new RmVerb()),
        new("rmi", [], static () => new RmiVerb()),
        new("run", [], static () => new RunVerb()),
        new("skopeo", [], static () => new SkopeoGroupVerb()),
        new("sync", [], static () => new SyncImagesVerb()),
        new("tag", [], static () => new TagVerb()),
        new("umount", ["unmount"], static () => new UmountVerb()),
        new("unshare", [], static () => new UnshareVerb()),
        new("untag", [], static () => new UntagVerb()),
        new("version", [], static () => new VersionVerb()),
    ];

    /// <summary>The verb with that name or alias; null when there is none.</summary>
    public static VerbEntry? Find(string name)
    {
        foreach (var entry in All)
        {
            if (entry.Name == name || entry.Aliases.Contains(name))
            {
                return entry;
            }
        }

        return null;
    }
}
