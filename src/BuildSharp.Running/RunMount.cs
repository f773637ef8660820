using BuildSharp.Notation;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running;

/// <summary>A mount requested by the user for one run (<c>-v</c>, <c>--mount</c>).</summary>
public abstract record RunMount
{
    private protected RunMount()
    {
    }

    /// <summary>Absolute path in the container, normalised.</summary>
    public required string Destination { get; init; }

    /// <summary>Mount options in the runtime's form.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Parses a value of <c>-v</c>.</summary>
    /// <exception cref="FormatException">The text is not a volume (<see cref="MountOptions.ParseVolume"/>).</exception>
    public static RunMount OfVolume(string text)
    {
        var mount = MountOptions.ParseVolume(text);
        return BindMount.Of(mount, mount.Source!, text) with { DiscardsWrites = mount.DiscardsWrites };
    }

    /// <summary>Parses a value of <c>run --mount</c>.</summary>
    /// <param name="text">The value.</param>
    /// <param name="contextDirectory">Directory for relative bind sources; null makes them an error.</param>
    /// <exception cref="FormatException">The text is not a mount (<see cref="MountOptions.Parse"/>), or its type is not supported
    /// yet.</exception>
    public static RunMount OfFlag(string text, string? contextDirectory)
    {
        var mount = Parse(text);
        if (mount.Type is not (MountType.Bind or MountType.Tmpfs))
        {
            throw new FormatException($"--mount {text}: type {mount.Type.ToString().ToLowerInvariant()} is not supported yet");
        }

        if (mount.From is not null)
        {
            throw new FormatException($"--mount {text}: from= is not supported yet");
        }

        if (mount.Type == MountType.Tmpfs)
        {
            return new TemporaryMount { Destination = DestinationOf(mount, text), Options = TemporaryMount.OptionsOf(mount) };
        }

        if (mount.Source is null || (!mount.Source.StartsWith('/') && contextDirectory is null))
        {
            throw new FormatException($"--mount {text}: a bind mount needs source=PATH, absolute or with --contextdir");
        }

        var source = mount.Source.StartsWith('/') ? mount.Source : Path.GetFullPath(mount.Source, contextDirectory!);
        return BindMount.Of(mount, source, text) with { DiscardsWrites = !mount.ReadOnly };
    }

    private protected static string DestinationOf(MountOptions mount, string text) => mount.Target switch
    {
        null => throw new FormatException($"--mount {text}: needs target=PATH"),
        ['/', ..] => ContainerPaths.Normalise(mount.Target),
        _ => throw new FormatException($"invalid mount \"{text}\": the container's path must be absolute"),
    };

    private static MountOptions Parse(string text)
    {
        try
        {
            return MountOptions.Parse(text);
        }
        catch (UnknownMountKeyException error)
        {
            throw new FormatException($"invalid mount option: \"{error.Field}\" in --mount {text}", error);
        }
        catch (FormatException error)
        {
            throw new FormatException($"invalid mount option: --mount {text}: {error.Message}", error);
        }
    }
}

/// <summary>A bind mount of a host file or directory.</summary>
public sealed record BindMount : RunMount
{
    /// <summary>Absolute path on the host; must exist.</summary>
    public required string Source { get; init; }

    /// <summary>Whether to discard what the command writes (option <c>O</c>).</summary>
    public bool DiscardsWrites { get; init; }

    /// <summary>Whether to change the owner of the source to the command's user first, recursively (option <c>U</c>).</summary>
    public bool GivesToUser { get; init; }

    internal static BindMount Of(MountOptions mount, string source, string text)
    {
        string[] recursion = ["bind", "rbind", "bind-nonrecursive"];
        var options = mount.Options.Except(recursion).ToList();
        options.Add(mount.ReadOnly ? "ro" : "rw");
        if (!options.Any(MountOptions.IsPropagation))
        {
            options.Add("private");
        }

        options.Add(mount.Options.LastOrDefault(recursion.Contains) is "bind" or "bind-nonrecursive" ? "bind" : "rbind");
        return new BindMount { Source = source, Destination = DestinationOf(mount, text), Options = options, GivesToUser = mount.GivesToUser };
    }
}

/// <summary>A tmpfs mount; its content is discarded after the run.</summary>
public sealed record TemporaryMount : RunMount
{
    internal static IReadOnlyList<string> OptionsOf(MountOptions mount)
    {
        var options = new List<string>();
        if (mount.Size is { } size)
        {
            options.Add($"size={size}");
        }

        if (mount.Mode is { } mode)
        {
            options.Add($"mode={Convert.ToString(mode, 8)}");
        }

        if (mount.ReadOnly)
        {
            options.Add("ro");
        }

        return [.. options, .. mount.Options];
    }
}
