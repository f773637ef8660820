using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running;

/// <summary>What the mounts of a command may name: files, secrets and agents. Turns the options of a mount into the mount.</summary>
public sealed record MountSources
{
    // The defaults of buildah and BuildKit.
    private const int CacheMode = Octal.O755;
    private const int SecretMode = Octal.O400;
    private const int SocketMode = Octal.O600;

    /// <summary>Working directory of the command. Relative targets start there, and a bind mount without a target lands there.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Directory that bind sources without <c>from=</c> are in and cannot leave; null for paths of the host.</summary>
    public string? Context { get; init; }

    /// <summary>Directory that relative bind sources start from when there is no <see cref="Context"/>.</summary>
    public string HostDirectory { get; init; } = "/";

    /// <summary>Secrets by name.</summary>
    public IReadOnlyDictionary<string, Secret> Secrets { get; init; } = new Dictionary<string, Secret>();

    /// <summary>SSH agents by name.</summary>
    public IReadOnlyDictionary<string, SshAgentSource> Agents { get; init; } = new Dictionary<string, SshAgentSource>();

    /// <summary>The mount that the options describe; null for a secret or an agent that is not there and not required.</summary>
    /// <param name="mount">The options.</param>
    /// <param name="from">What <c>from=</c> names; null without it.</param>
    /// <param name="agentsBefore">Number of agents mounted for the command already: part of the default target of the next one.</param>
    /// <exception cref="FormatException">A required secret or agent is missing, or the target cannot be mounted on.</exception>
    public RunMount? Find(MountOptions mount, MountRoot? from, int agentsBefore) => mount.Type switch
    {
        MountType.Tmpfs => new TemporaryMount
        {
            Destination = Target(mount.Target),
            Size = mount.Size,
            Mode = mount.Mode,
            Options = mount.ReadOnly ? ["ro", .. mount.Options] : mount.Options,
        },
        MountType.Cache => Cache(mount, from),
        MountType.Secret => FindSecret(mount),
        MountType.Ssh => FindAgent(mount, agentsBefore),
        _ => Bind(mount, from),
    };

    private BindMount Bind(MountOptions mount, MountRoot? from)
    {
        var bind = BindMount.Of(mount, Target(mount.Target)) with { Root = from?.Path ?? Context, DiscardsWrites = !mount.ReadOnly };
        if (bind.Root is not null)
        {
            return bind;
        }

        return mount.Source is null
            ? throw new FormatException("a bind mount needs source=PATH or from=NAME")
            : bind with { Source = Path.GetFullPath(mount.Source, HostDirectory) };
    }

    private RunMount Cache(MountOptions mount, MountRoot? from)
    {
        var destination = Target(mount.Target);
        var bind = BindMount.Of(mount, destination);
        if (from is { IsImage: true })
        {
            return bind with { Root = from.Path, DiscardsWrites = !mount.ReadOnly };
        }

        return new CacheMount
        {
            Id = mount.Id ?? (mount.Target is ['/', ..] ? mount.Target : destination),
            Source = bind.Source,
            Root = from?.Path,
            Destination = destination,
            Options = bind.Options,
            Sharing = mount.Sharing,
            Mode = mount.Mode ?? CacheMode,
            Owner = OwnerOf(mount),
            GivesToUser = mount.GivesToUser,
        };
    }

    private SecretMount? FindSecret(MountOptions mount)
    {
        var id = mount.Id ?? mount.Source ?? Path.GetFileName(mount.Target!);
        if (!Secrets.TryGetValue(id, out var secret))
        {
            return mount.IsRequired ? throw new FormatException($"secret required but no secret with id {GoQuoting.Quote(id)} found") : null;
        }

        return new SecretMount
        {
            Id = id,
            Secret = secret,
            Destination = Target(mount.Target ?? "/run/secrets/" + id),
            IsFile = mount.Env is null || mount.Target is not null,
            Env = mount.Env,
            Mode = mount.Mode ?? SecretMode,
            Owner = OwnerOf(mount),
        };
    }

    private AgentMount? FindAgent(MountOptions mount, int agentsBefore)
    {
        var id = mount.Id ?? "default";
        if (!Agents.TryGetValue(id, out var source))
        {
            return mount.IsRequired ? throw new FormatException($"ssh required but no ssh with id {id} found") : null;
        }

        return new AgentMount
        {
            Id = id,
            Source = source,
            Destination = Target(mount.Target ?? $"/run/buildkit/ssh_agent.{agentsBefore}"),
            Mode = mount.Mode ?? SocketMode,
            Owner = OwnerOf(mount),
        };
    }

    private string Target(string? target)
    {
        var path = ContainerPaths.Normalise(target is ['/', ..] ? target : $"{WorkingDirectory}/{target}");
        return path == "/" ? throw new FormatException("invalid mount target \"/\"") : path;
    }

    private static (uint Uid, uint Gid) OwnerOf(MountOptions mount) => ((uint)(mount.UserId ?? 0), (uint)(mount.GroupId ?? 0));
}

/// <summary>The directory that <c>from=</c> of a mount names.</summary>
/// <param name="Path">Absolute path on the host.</param>
/// <param name="IsImage">Whether it is the root of an image, which must not change.</param>
public sealed record MountRoot(string Path, bool IsImage);
