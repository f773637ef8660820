using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands;

/// <summary>The lines of a copy, in the words scripts look for.</summary>
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
            _ => null,
        };

        // Several layers may come at once.
        lock (_lock)
        {
            if (line is not null)
                output.WriteLine(line);
        }
    }
}
