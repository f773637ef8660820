using System.Text.Json.Serialization;
using BuildSharp.Containers.Adding.Digests;

namespace BuildSharp.Build.Explaining;

/// <summary>What decides about the result of a step, apart from the steps before it.</summary>
/// <param name="Text">The instruction as written, with the bodies of its heredocs.</param>
/// <param name="Arguments">Values of the ARGs that are visible.</param>
/// <param name="Settings">Flags of the build that shape images, by their names.</param>
internal sealed record StepInputs(string Text, IReadOnlyDictionary<string, string> Arguments, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The files that COPY, ADD or a bind mount reads.</summary>
    public IReadOnlyList<FileFacts> Files { get; init; } = [];

    /// <summary>ID of the image that was made or found; null when none was.</summary>
    public string? Image { get; init; }
}

/// <summary>What a build remembers of one stage.</summary>
/// <param name="Base">ID of the image that it started from; empty for scratch.</param>
/// <param name="Steps">Its steps, as far as they were done.</param>
internal sealed record StageInputs(string Base, IReadOnlyList<StepInputs> Steps);

/// <summary>What a build remembers.</summary>
/// <param name="Stages">By name, or number for a stage without one.</param>
internal sealed record BuildInputs(IReadOnlyDictionary<string, StageInputs> Stages);

/// <summary>Reads and writes <see cref="BuildInputs"/> without reflection.</summary>
[JsonSerializable(typeof(BuildInputs))]
internal sealed partial class BuildInputsContext : JsonSerializerContext;
