using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>A stage whose base is known.</summary>
/// <param name="Index">Index in the file, from 0.</param>
/// <param name="Name">Name, variables expanded; null when it has none.</param>
/// <param name="From">The FROM line.</param>
/// <param name="Base">What the stage starts from.</param>
/// <param name="Platform">Platform of its base image; null when FROM does not say.</param>
/// <param name="Instructions">The instructions after FROM, with those that flags add.</param>
public sealed record PlannedStage(
    int Index, string? Name, FromInstruction From, StageBase Base, Platform? Platform, IReadOnlyList<Instruction> Instructions);

/// <summary>What a stage starts from. Each kind is a nested record.</summary>
public abstract record StageBase
{
    private protected StageBase()
    {
    }
}

/// <summary>An empty root filesystem.</summary>
public sealed record ScratchBase : StageBase;

/// <summary>An earlier stage.</summary>
/// <param name="Index">Index in the file, from 0.</param>
public sealed record EarlierStageBase(int Index) : StageBase;

/// <summary>The files of a named context that is not an image.</summary>
/// <param name="Name">Name of the context.</param>
public sealed record ContextBase(string Name) : StageBase;

/// <summary>An image.</summary>
/// <param name="Name">As written, variables expanded.</param>
public sealed record ImageBase(string Name) : StageBase;
