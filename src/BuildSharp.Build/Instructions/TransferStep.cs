using BuildSharp.Containers.Adding;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Ignoring;

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
        var filters = new List<IgnoreFile>();
        if (root.Ignored is { } ignored) filters.Add(ignored);
        if (transfer.Excludes.Count > 0) filters.Add(IgnoreFile.OfFlags(transfer.Excludes));
        bool isFrom = transfer is CopyInstruction { From: not null };
        return new AddRequest
        {
            Sources = sources,
            Destination = transfer.Destination,
            Extract = transfer is AddInstruction { Unpack: not false },
            ExtractFetched = transfer is AddInstruction { Unpack: true },
            Chown = transfer.Chown,
            Chmod = transfer.Chmod,
            Filter = filters.Count > 0 ? new IgnoreFilter(filters) : null,
            IgnoreFileName = root.IgnoreFileName,
            Parents = transfer is CopyInstruction { Parents: true },
            Independent = transfer.Link,
            PreserveOwnership = isFrom,
            StripSetIds = !isFrom,
        };
    }
}
