using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>What is left to do of the removal of an image whose process was killed. Its record goes first; layers without an image may as
/// well be those of a pull whose image is yet to come, so that nobody could tell without this note that they are garbage.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Layers">The layers that only it needed, topmost first.</param>
internal sealed record InterruptedRemoval(string ImageId, IReadOnlyList<string> Layers)
{
    private const string FileName = "removal";

    /// <summary>Leaves the note in a place whose lock says whether the remover is alive; without room for it the removal goes on.</summary>
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

    /// <summary>The note in a staging place; null when there is none.</summary>
    internal static InterruptedRemoval? Read(string place) =>
        FileDescriptor.TryReadAll(Path.Combine(place, FileName)) is { } text
        && System.Text.Encoding.UTF8.GetString(text).Split('\n') is [var image, .. var layers] && layers.Append(image).All(StoreContents.IsId)
            ? new InterruptedRemoval(image, layers)
            : null;
}
