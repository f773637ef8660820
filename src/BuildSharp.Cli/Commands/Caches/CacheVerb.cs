using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.WorkingContainers;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Help;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running.Caches;
using BuildSharp.Transports;
using BuildSharp.Transports.OciLayout;

namespace BuildSharp.Cli.Commands.Caches;

/// <summary><c>cache ls|export|import|rm</c>: the caches of <c>RUN --mount=type=cache</c>, and how to carry them to another
/// machine.</summary>
internal sealed class CacheVerb : Verb
{
    // By command: its flags, and its smallest and largest number of words.
    private static readonly Dictionary<string, (string[] Flags, int Fewest, int Most)> Commands = new()
    {
        ["ls"] = (["format", "json", "noheading", "quiet"], 0, 0),
        ["export"] = (["output", .. RegistryFlags.Access.Concat(RegistryFlags.Retry).Select(flag => flag.Name)], 0, int.MaxValue),
        ["import"] = ([.. RegistryFlags.Access.Concat(RegistryFlags.Retry).Select(flag => flag.Name), "signature-policy"], 1, 1),
        ["rm"] = (["all"], 0, int.MaxValue),
    };

    public override string Synopsis => "[flags] COMMAND [PLACE] [CACHE...]";

    public override string Summary => "Show, carry and remove the caches of mounts";

    public override string Description =>
        """
        Show, carry and remove the caches of RUN --mount=type=cache and run --mount=type=cache.

          ls                        the caches, with their ids, sizes and last uses
          export [PLACE] [CACHE...] write caches to a place, without CACHE all of them
          import PLACE              put the caches of a place here, instead of those of the same ids
          rm CACHE...               remove caches, or with --all all that no command is using

        CACHE is an id, which is the target of the mount unless that has an id, or the name that ls shows.
        PLACE is a file, - for a pipe, or docker://, oci: or oci-archive: with a name: an artifact in a
        registry, as jobs of continuous integration share it. Owners, modes, links and attributes stay;
        import leaves out devices and pipes, and takes setuid and file capabilities from files.
        """;

    public override IReadOnlyList<string> Examples =>
    [
        "cache ls", "cache export -o caches.tar /root/.npm", "cache import caches.tar", "cache export docker://registry.example.com/team/caches:main",
        "cache import docker://registry.example.com/team/caches:main",
    ];

    public override VerbGroup Group => VerbGroup.System;

    public override bool IsConfigured => true;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IReadOnlyList<string> FirstWords { get; } = [.. Commands.Keys];

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Text("output", "export: file to write to, - for standard output", 'o', value: "file"),
        Flag.Bool("all", "rm: all caches that no command is using", 'a'),
        Flag.Text("format", "ls: print each cache with a Go template", value: "template"),
        Flag.Bool("json", "ls: print JSON"),
        Flag.Bool("noheading", "ls: print no heading", 'n'),
        Flag.Bool("quiet", "ls: print only names", 'q'),
        .. RegistryFlags.Access,
        .. RegistryFlags.Retry,
        .. RegistryFlags.Rare.Where(flag => flag.Name == "signature-policy"),
    ];

    public override bool Waits(Invocation call) => call.Positionals is ["export" or "import", ..];

    public override bool NeedsNamespace(Invocation call) => call.Positionals.Count > 0;

    public override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        if (call.Positionals.Count == 0)
        {
            return CommandTree.ShowHelp(VerbTable.Find("cache")!, call.Surroundings);
        }

        var (command, words) = (call.Positionals[0], call.Positionals.Skip(1).ToList());
        Check(command, words, call);
        var caches = new CacheDirectories(RunEnvironment.CacheParent(call));
        switch (command)
        {
            case "ls":
                CacheTable.Write(caches, call);
                break;
            case "export":
                await ExportAsync(caches, words, call, cancellation).ConfigureAwait(false);
                break;
            case "import":
                await ImportAsync(caches, words[0], call, cancellation).ConfigureAwait(false);
                break;
            default:
                Remove(caches, words, call);
                break;
        }

        return 0;
    }

    /// <exception cref="BuildSharpException">The command is unknown, has a wrong number of words, or has a flag without effect on
    /// it.</exception>
    private static void Check(string command, IReadOnlyList<string> words, Invocation call)
    {
        if (!Commands.TryGetValue(command, out var known))
        {
            throw new BuildSharpException($"unknown command {GoQuoting.Quote(command)} for cache{Suggestion.Clause(command, Commands.Keys)}; known are {string.Join(", ", Commands.Keys)}");
        }

        var own = Commands.Values.SelectMany(other => other.Flags);
        if (own.FirstOrDefault(flag => call.Flags.IsSet(flag) && !known.Flags.Contains(flag)) is { } stray)
        {
            throw new BuildSharpException($"cache {command} has no --{stray}; it belongs to {string.Join(" and ", Commands.Where(other => other.Value.Flags.Contains(stray)).Select(other => other.Key))}");
        }

        if (words.Count < known.Fewest || words.Count > known.Most)
        {
            throw new BuildSharpException(known.Most == 0 ? $"cache {command} takes no arguments" : $"cache {command} takes one place");
        }
    }

    private static async Task ExportAsync(CacheDirectories caches, List<string> words, Invocation call, CancellationToken cancellation)
    {
        ImageLocation place;
        if (call.Flags.NonEmptyText("output") is { } file)
        {
            place = Archive(file, "/dev/stdout");
        }
        else if (words is [var first, ..] && TransportTable.TryParse(first, out var location))
        {
            place = location;
            words.RemoveAt(0);
        }
        else
        {
            throw new BuildSharpException("cache export: say where to: -o FILE, or a place such as docker://registry.example.com/team/caches:main");
        }

        var chosen = words.Count == 0 ? caches.All() : Choose(caches, words);
        using var store = call.OpenStoreAsRoot();
        var digest = await new CacheArtifact(caches, store, call).ExportAsync(chosen, place.Rooted(call.Surroundings.WorkingDirectory), cancellation).ConfigureAwait(false);
        if (call.Flags.Text("output") != "-")
        {
            call.Out.WriteLine(digest);
        }
    }

    private static async Task ImportAsync(CacheDirectories caches, string word, Invocation call, CancellationToken cancellation)
    {
        var place = (TransportTable.TryParse(word, out var location) ? location : Archive(word, "/dev/stdin")).Rooted(call.Surroundings.WorkingDirectory);
        using var store = call.OpenStoreAsRoot();
        foreach (var cache in await new CacheArtifact(caches, store, call).ImportAsync(place, cancellation).ConfigureAwait(false))
        {
            call.Out.WriteLine(cache.Id ?? cache.Name);
        }
    }

    private static void Remove(CacheDirectories caches, List<string> words, Invocation call)
    {
        if (call.Flags.Bool("all") == words.Count > 0)
        {
            throw new BuildSharpException("cache rm: name the caches, or give --all");
        }

        var errors = new BundledErrors();
        foreach (var cache in call.Flags.Bool("all") ? caches.All() : Choose(caches, words))
        {
            var name = cache.Id ?? cache.Name;
            if (caches.TryRemove(cache.Name))
            {
                call.Out.WriteLine(name);
            }
            else if (call.Flags.Bool("all"))
            {
                call.Log.Warning($"the cache {name} is in use and stays");
            }
            else
            {
                errors.Try(() => throw new BuildSharpException($"the cache {name} is in use; try again when the command that uses it has ended"));
            }
        }

        errors.ThrowAll();
    }

    // Caches of several owners can have one id.
    private static List<StoredCache> Choose(CacheDirectories caches, IEnumerable<string> words)
    {
        var all = caches.All();
        return [.. words.SelectMany(word => all.Where(cache => cache.Name == word || cache.Id == word).ToList() is { Count: > 0 } found
            ? found
            : throw new BuildSharpException($"there is no cache {GoQuoting.Quote(word)}; \"cache ls\" lists them")).Distinct()];
    }

    private static OciArchiveLocation Archive(string file, string pipe) => OciArchiveLocation.Of(file == "-" ? pipe : file, name: null);
}
