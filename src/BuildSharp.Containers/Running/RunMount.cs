namespace BuildSharp.Containers.Running;

/// <summary>What a user asked to be mounted for one run (<c>-v</c>, <c>--mount</c>).</summary>
public abstract record RunMount
{
    private protected RunMount()
    {
    }

    /// <summary>Absolute path in the container, normalised.</summary>
    public required string Destination { get; init; }

    /// <summary>Mount options as the runtime takes them.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>A file or directory of the host.</summary>
public sealed record BindMount : RunMount
{
    /// <summary>Absolute path on the host; must exist.</summary>
    public required string Source { get; init; }

    /// <summary>Whether what the command writes is thrown away after the run (option <c>O</c>).</summary>
    public bool DiscardsWrites { get; init; }

    /// <summary>Whether the source is given to the command's user beforehand, recursively (option <c>U</c>).</summary>
    public bool GivesToUser { get; init; }
}

/// <summary>An empty memory file system; its content vanishes with the run.</summary>
public sealed record TemporaryMount : RunMount;
