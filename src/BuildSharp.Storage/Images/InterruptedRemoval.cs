using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

/// <summary>Note about an image removal in progress, for the case that its process is killed. The image's record is removed first; without
/// the note, its layers could not be told from those of a pull whose image is not recorded yet.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Layers">The layers that only this image needed, topmost first.</param>
internal sealed record InterruptedRemoval(string ImageId, IReadOnlyList<string> Layers)
{
    private const string FileName = "removal";

    /// <summary>Writes the note to a staging directory, whose lock shows whether the process is alive. Continues without a note if the disk
    /// is full.</summary>
    internal void Note(StagingDirectory staging)
    {
        try
        {
            AtomicFile.Replace(Path.Combine(staging.Path, FileName), System.Text.Encoding.ASCII.GetBytes(string.Join('\n', [ImageId, .. Layers])), durable: false);
        }
        catch (BuildSharpException e) when (StoreErrors.IsNoSpace(e))
        {
        }
    }

    /// <summary>The note in a staging directory; null when there is none.</summary>
    internal static InterruptedRemoval? Read(string place) =>
        FileDescriptor.TryReadAll(Path.Combine(place, FileName)) is { } text
        && System.Text.Encoding.UTF8.GetString(text).Split('\n') is [var image, .. var layers] && layers.Append(image).All(StoreContents.IsId)
            ? new InterruptedRemoval(image, layers)
            : null;
}
