using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Oci;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>Prints the progress of a copy in the words of buildah: in the form for pipes, which scripts look for, or in that for terminals,
/// where a blob gets its line when it is done.</summary>
internal sealed class TransferPrinter : IProgress<CopyEvent>
{
    private const int ShownDigits = 12;

    private readonly TextWriter _output;
    private readonly bool _isDrawn;
    private readonly Lock _lock = new();

    private TransferPrinter(TextWriter output, bool isDrawn) => (_output, _isDrawn) = (output, isDrawn);

    /// <summary>Receives the progress of a command's copies; null when it is to be quiet.</summary>
    /// <param name="call">The command line.</param>
    /// <param name="output">Receives the lines when nothing is drawn on the terminal; null for standard error.</param>
    public static IProgress<CopyEvent>? Of(Invocation call, TextWriter? output = null)
    {
        if (ProgressFlags.IsQuiet(call.Flags))
        {
            return null;
        }

        var isDrawn = call.Surroundings.Display is not null;
        return call.Surroundings.Json is { } json ? json : new TransferPrinter(isDrawn ? call.Error : output ?? call.Error, isDrawn);
    }

    /// <summary>Writes a line of its own, such as one that starts the copy.</summary>
    public void Say(string line)
    {
        lock (_lock)
        {
            _output.WriteLine(line);
            _output.Flush();
        }
    }

    public void Report(CopyEvent value)
    {
        var line = value.Step switch
        {
            CopyStep.LayerStarted => _isDrawn ? null : $"Copying blob {value.Blob.Digest}",
            CopyStep.LayerDone => _isDrawn ? $"Copying blob {Shown(value.Source!)} done {HumanSize.Write(value.Source!.Size)}" : null,
            CopyStep.LayerReused => $"Copying blob {Shown(value.Blob)} skipped: already exists",
            CopyStep.Config => $"Copying config {Shown(value.Blob)}{(_isDrawn ? " done" : "")}",
            CopyStep.Manifest => "Writing manifest to image destination",
            CopyStep.List => $"Getting image list signatures\nCopying {value.Count} images generated from {value.ListCount} images in list",
            CopyStep.Instance => $"Copying image {value.Blob.Digest} ({value.Number}/{value.Count})\nGetting image source signatures",
            CopyStep.ListManifest => "Writing manifest list to image destination\nStoring list signatures",
            _ => null,
        };

        // Layers are copied in parallel.
        if (line is not null)
        {
            Say(line);
        }
    }

    private string Shown(Descriptor blob) => _isDrawn ? blob.Digest.Hex[..ShownDigits] : blob.Digest.ToString();
}
