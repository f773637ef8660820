using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>Prints the progress of a copy in the words of buildah, which scripts look for.</summary>
internal sealed class TransferPrinter(TextWriter output) : IProgress<CopyEvent>
{
    private readonly Lock _lock = new();

    public void Report(CopyEvent value)
    {
        var line = value.Step switch
        {
            CopyStep.LayerStarted => $"Copying blob {value.Blob.Digest}",
            CopyStep.LayerReused => $"Copying blob {value.Blob.Digest} skipped: already exists",
            CopyStep.Config => $"Copying config {value.Blob.Digest}",
            CopyStep.Manifest => "Writing manifest to image destination",
            CopyStep.List => $"Getting image list signatures\nCopying {value.Count} images generated from {value.ListCount} images in list",
            CopyStep.Instance => $"Copying image {value.Blob.Digest} ({value.Number}/{value.Count})\nGetting image source signatures",
            CopyStep.ListManifest => "Writing manifest list to image destination\nStoring list signatures",
            _ => null,
        };

        // Layers are copied in parallel.
        lock (_lock)
        {
            if (line is not null)
            {
                output.WriteLine(line);
            }
        }
    }
}
