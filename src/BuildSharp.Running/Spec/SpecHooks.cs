namespace BuildSharp.Running.Spec;

/// <summary>A program that the runtime runs at a stage of the container's life (OCI runtime-spec, config.md, "POSIX-platform Hooks").</summary>
/// <param name="Path">Absolute path on the host.</param>
/// <param name="Args">Arguments, with the program's name first.</param>
/// <param name="Env">Its whole environment.</param>
/// <param name="Timeout">Seconds until it is ended; null for no limit.</param>
internal sealed record SpecHook(string Path, IReadOnlyList<string> Args, IReadOnlyList<string> Env, int? Timeout);

/// <summary>Hooks by stage, in the order in which they run.</summary>
internal sealed record SpecHooks
{
    public IReadOnlyList<SpecHook> Prestart { get; init; } = [];

    public IReadOnlyList<SpecHook> CreateRuntime { get; init; } = [];

    public IReadOnlyList<SpecHook> CreateContainer { get; init; } = [];

    public IReadOnlyList<SpecHook> StartContainer { get; init; } = [];

    public IReadOnlyList<SpecHook> Poststart { get; init; } = [];

    public IReadOnlyList<SpecHook> Poststop { get; init; } = [];

    public bool IsEmpty =>
        Prestart.Count + CreateRuntime.Count + CreateContainer.Count + StartContainer.Count + Poststart.Count + Poststop.Count == 0;

    /// <summary>The hooks with one more at the end of a stage.</summary>
    /// <param name="stage">The specification's name of the stage, which is known.</param>
    /// <param name="hook">The hook.</param>
    public SpecHooks With(string stage, SpecHook hook) => stage switch
    {
        "prestart" => this with { Prestart = [.. Prestart, hook] },
        "createRuntime" => this with { CreateRuntime = [.. CreateRuntime, hook] },
        "createContainer" => this with { CreateContainer = [.. CreateContainer, hook] },
        "startContainer" => this with { StartContainer = [.. StartContainer, hook] },
        "poststart" => this with { Poststart = [.. Poststart, hook] },
        "poststop" => this with { Poststop = [.. Poststop, hook] },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
