using BuildSharp.Dockerfiles;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>A stage with its base settled.</summary>
/// <param name="Index">Its place in the file, from 0.</param>
/// <param name="Name">Its name as written, variables expanded; null when it has none.</param>
/// <param name="From">The FROM line.</param>
/// <param name="Base">What it starts from.</param>
/// <param name="Platform">What it was asked to run on; null when nothing was said.</param>
/// <param name="Instructions">What follows the FROM line, with what the caller added.</param>
public sealed record PlannedStage(
    int Index, string? Name, FromInstruction From, StageBase Base, Platform? Platform, IReadOnlyList<Instruction> Instructions);

/// <summary>What a stage starts from: a closed set of records.</summary>
public abstract record StageBase
{
    private protected StageBase()
    {
    }
}

/// <summary>Nothing: an empty root filesystem.</summary>
public sealed record ScratchBase : StageBase;

/// <summary>An earlier stage.</summary>
/// <param name="Index">Its place in the file.</param>
public sealed record EarlierStageBase(int Index) : StageBase;

/// <summary>The files of a context that has a name and is no image.</summary>
/// <param name="Name">The name.</param>
public sealed record ContextBase(string Name) : StageBase;

/// <summary>An image.</summary>
/// <param name="Name">As written, variables expanded.</param>
public sealed record ImageBase(string Name) : StageBase;
