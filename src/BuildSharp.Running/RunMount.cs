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
        if (!mount.Target!.StartsWith('/'))
        {
            throw new FormatException($"invalid mount \"{text}\": the container's path must be absolute");
        }

        return BindMount.Of(mount, ContainerPaths.Normalise(mount.Target)) with
        {
            Source = mount.Source!,
            DiscardsWrites = mount.DiscardsWrites,
            Kept = mount is { UpperDirectory: { } upper, WorkDirectory: { } work } ? (upper, work) : null,
        };
    }
}

/// <summary>A bind mount of a file or directory.</summary>
public sealed record BindMount : RunMount
{
    /// <summary>Absolute path on the host, or a path below <see cref="Root"/>; must exist.</summary>
    public required string Source { get; init; }

    /// <summary>Directory that <see cref="Source"/> must not leave, not even through links: a context, or the root of a stage or an image;
    /// null for a path of the host.</summary>
    public string? Root { get; init; }

    /// <summary>Whether to write what the command writes elsewhere, not to the source (option <c>O</c>).</summary>
    public bool DiscardsWrites { get; init; }

    /// <summary>Overlay's upper and work directories on the host, which keep what the command writes with <see cref="DiscardsWrites"/>;
    /// null to discard it.</summary>
    public (string Upper, string Work)? Kept { get; init; }

    /// <summary>Whether to change the owner of the source to the command's user first, recursively (option <c>U</c>).</summary>
    public bool GivesToUser { get; init; }

    internal static BindMount Of(MountOptions mount, string destination)
    {
        string[] recursion = ["bind", "rbind", "bind-nonrecursive"];
        var options = mount.Options.Except(recursion).ToList();
        options.Add(mount.ReadOnly ? "ro" : "rw");
        if (!options.Any(MountOptions.IsPropagation))
        {
            options.Add("private");
        }

        options.Add(mount.Options.LastOrDefault(recursion.Contains) is "bind" or "bind-nonrecursive" ? "bind" : "rbind");
        return new BindMount { Source = mount.Source ?? "/", Destination = destination, Options = options, GivesToUser = mount.GivesToUser };
    }
}

/// <summary>A tmpfs mount; its content is discarded after the run.</summary>
public sealed record TemporaryMount : RunMount
{
    /// <summary>Maximum size as the kernel takes it; null for half of the memory.</summary>
    public string? Size { get; init; }

    /// <summary>Permission bits of its root; null for those of the directory that it covers.</summary>
    public int? Mode { get; init; }
}
