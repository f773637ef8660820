using BuildSharp.Containers;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>The mounts of <c>run --mount</c>. Images and containers that they name stay mounted until disposal.</summary>
internal sealed class CommandMounts : IDisposable
{
    private readonly List<SourceRoot> _roots = [];
    private readonly List<RunMount> _mounts = [];

    private CommandMounts()
    {
    }

    /// <summary>The mounts, in the order of the flags.</summary>
    public IReadOnlyList<RunMount> All => _mounts;

    /// <summary>Reads the flags and mounts what they name.</summary>
    /// <exception cref="BuildSharpException">A value is invalid, or there is no image or container of a name.</exception>
    public static CommandMounts Open(Store store, WorkingContainer container, Invocation call)
    {
        var here = call.Surroundings.WorkingDirectory;
        var sources = new MountSources
        {
            WorkingDirectory = call.Flags.NonEmptyText("workingdir") ?? container.Image.Config.WorkingDir,
            Context = call.Flags.NonEmptyText("contextdir") is { } context ? Path.GetFullPath(context, here) : null,
            HostDirectory = here,
        };
        var mounts = new CommandMounts();
        try
        {
            foreach (var text in call.Flags.All("mount"))
            {
                mounts.Add(text, sources, store);
            }

            return mounts;
        }
        catch
        {
            mounts.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _roots.ForEach(root => root.Dispose());

    private void Add(string text, MountSources sources, Store store)
    {
        var options = RunEnvironment.Reading(() => RunEnvironment.MountOf(text));
        MountRoot? from = null;
        if (options.From is { } name)
        {
            var root = SourceRoot.FromName(store, name, "mounting");
            _roots.Add(root);
            from = new MountRoot(root.Directory, root.IsImage);
        }

        try
        {
            if (sources.Find(options, from, _mounts.OfType<AgentMount>().Count()) is { } mount)
            {
                _mounts.Add(_mounts.Exists(other => other.Destination == mount.Destination)
                    ? throw new FormatException($"{mount.Destination}: duplicate mount destination")
                    : mount);
            }
        }
        catch (FormatException error)
        {
            throw new BuildSharpException($"--mount {text}: {error.Message}", error);
        }
    }
}
