using BuildSharp.Containers.Adding;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Build.Instructions;

/// <summary>COPY and ADD as one request to the verb that adds files.</summary>
internal static class TransferStep
{
    /// <summary>The request.</summary>
    /// <param name="transfer">The instruction, its words expanded.</param>
    /// <param name="sources">What its sources stand for.</param>
    /// <param name="root">Where its paths start.</param>
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
