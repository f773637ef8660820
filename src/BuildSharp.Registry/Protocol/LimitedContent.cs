using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Registry.Protocol;

/// <summary>Reads small responses into memory.</summary>
internal static class LimitedContent
{
    /// <summary>Reads a whole response.</summary>
    /// <param name="content">The response's content.</param>
    /// <param name="limit">Maximum length in bytes.</param>
    /// <param name="name">Name of the content in messages.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="BuildSharpException">The content is longer.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int limit, string name, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit)
        {
            throw new BuildSharpException($"{name} has {content.Headers.ContentLength:N0} bytes; more than {limit:N0} are not accepted");
        }

        var bytes = new MemoryStream();
        var stream = new LimitedStream(
            await HttpConnections.OpenContentAsync(content, cancellationToken).ConfigureAwait(false), limit, name);
        await using (stream.ConfigureAwait(false))
        {
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        }

        return bytes.ToArray();
    }
}
