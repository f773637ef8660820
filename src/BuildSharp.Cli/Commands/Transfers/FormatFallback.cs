using BuildSharp.Oci;
using BuildSharp.Registry.Protocol;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>Writes an image in Docker's format to a registry that does not take OCI manifests, as containers/image does. Its blobs are there
/// then, and are not sent again.</summary>
internal static class FormatFallback
{
    /// <summary>Runs a copy, and runs it again in Docker's format when its manifest is refused.</summary>
    /// <param name="options">Options of the copy. One that asks for a format, or for the same digest, is not run again.</param>
    /// <param name="to">The destination.</param>
    /// <param name="call">Receives the warning that says what is lost.</param>
    /// <param name="copy">The copy.</param>
    public static async Task<T> RunAsync<T>(CopyOptions options, ImageLocation to, Invocation call, Func<CopyOptions, Task<T>> copy)
    {
        try
        {
            return await copy(options).ConfigureAwait(false);
        }
        catch (BuildSharpException error) when (options is { Format: null, PreserveDigests: false } && RefusedBy(error) is { Manifest: var refused }
            && !MediaType.IsDocker(refused.MediaType))
        {
            call.Log.Warning($"{to}: the registry refuses manifests of type {refused.MediaType}; the image is written in Docker's format{Loss(refused)}");
            return await copy(options with { Format = MediaType.DockerManifest }).ConfigureAwait(false);
        }
    }

    private static ManifestRefusedException? RefusedBy(Exception? error) =>
        error is null ? null : error as ManifestRefusedException ?? RefusedBy(error.InnerException);

    private static string Loss(ManifestBlob manifest)
    {
        IReadOnlyDictionary<string, string> annotations;
        Descriptor? subject;
        if (manifest.IsIndex)
        {
            var index = ImageIndex.Parse(manifest.Bytes.Span, manifest.MediaType);
            (annotations, subject) = (index.Annotations, index.Subject);
        }
        else
        {
            var image = ImageManifest.Parse(manifest.Bytes.Span, manifest.MediaType);
            (annotations, subject) = (image.Annotations, image.Subject);
        }

        var lost = annotations.Keys.Order(StringComparer.Ordinal).Select(key => "annotation " + key).Concat(subject is null ? [] : ["subject"]).ToList();
        return lost.Count > 0 ? $", without {string.Join(", ", lost)}" : "";
    }
}
