using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Build.Instructions;

/// <summary>Translates COPY and ADD to a request for <see cref="IStageContainer.Add"/>.</summary>
internal static class AddOrCopyStep
{
    /// <summary>The request for an instruction.</summary>
    /// <param name="addOrCopy">The instruction, expanded.</param>
    /// <param name="sources">Its resolved sources.</param>
    /// <param name="root">Directory that its paths are relative to.</param>
    public static AddRequest Request(AddOrCopyInstruction addOrCopy, IReadOnlyList<AddSource> sources, BuildContext root)
    {
        var isFrom = addOrCopy is CopyInstruction { From: not null };
        return new AddRequest
        {
            Sources = sources,
            Destination = addOrCopy.Destination,
            Extract = addOrCopy is AddInstruction { Unpack: not false },
            ExtractFetched = addOrCopy is AddInstruction { Unpack: true },
            Chown = addOrCopy.Chown,
            Chmod = addOrCopy.Chmod,
            Filter = root.Ignored is { } ignored ? new IgnoreFilter(ignored) : null,
            Excluded = Exclusions.OfFlags(addOrCopy.Excludes),
            IgnoreFileName = root.IgnoreFileName,
            Parents = addOrCopy is CopyInstruction { Parents: true },
            Independent = addOrCopy.Link,
            PreserveOwnership = isFrom,
            StripSetIds = !isFrom,
        };
    }
}
