using BuildSharp.Containers.Adding;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Build.Instructions;

/// <summary>Translates COPY and ADD to a request for <c>WorkingContainer.Add</c>.</summary>
internal static class TransferStep
{
    /// <summary>The request for an instruction.</summary>
    /// <param name="transfer">The instruction, expanded.</param>
    /// <param name="sources">Its resolved sources.</param>
    /// <param name="root">Directory that its paths are relative to.</param>
    public static AddRequest Request(TransferInstruction transfer, IReadOnlyList<AddSource> sources, BuildContext root)
    {
        var isFrom = transfer is CopyInstruction { From: not null };
        return new AddRequest
        {
            Sources = sources,
            Destination = transfer.Destination,
            Extract = transfer is AddInstruction { Unpack: not false },
            ExtractFetched = transfer is AddInstruction { Unpack: true },
            Chown = transfer.Chown,
            Chmod = transfer.Chmod,
            Filter = root.Ignored is { } ignored ? new IgnoreFilter(ignored) : null,
            Excluded = Exclusions.OfFlags(transfer.Excludes),
            IgnoreFileName = root.IgnoreFileName,
            Parents = transfer is CopyInstruction { Parents: true },
            Independent = transfer.Link,
            PreserveOwnership = isFrom,
            StripSetIds = !isFrom,
        };
    }
}
