using System.Net;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Protocol;

public sealed partial class RepositoryClient
{
    private const int MostAlgorithm = 32;
    private const int MostEncoded = 64;

    /// <summary>The tag of the index of what refers to a manifest, in registries that do not list it themselves (distribution-spec,
    /// "Referrers Tag Schema").</summary>
    public static string ReferrersTag(Digest subject)
    {
        var (algorithm, encoded) = (subject.Algorithm, subject.Hex);
        return $"{(algorithm.Length > MostAlgorithm ? algorithm[..MostAlgorithm] : algorithm)}-{(encoded.Length > MostEncoded ? encoded[..MostEncoded] : encoded)}";
    }

    /// <summary>Adds a manifest to the index of what refers to its subject.</summary>
    private Task AddReferrerAsync(ManifestBlob manifest, Referrer referrer, CancellationToken cancellationToken) =>
        ChangeReferrersAsync(
            referrer.Subject,
            entries => entries.Any(entry => entry.Digest == manifest.Digest)
                ? null
                : [.. entries, manifest.Descriptor with { ArtifactType = referrer.ArtifactType, Annotations = referrer.Annotations }],
            cancellationToken);

    /// <summary>Removes a manifest from the index of what refers to its subject.</summary>
    private Task RemoveReferrerAsync(Digest manifest, Digest subject, CancellationToken cancellationToken) =>
        ChangeReferrersAsync(
            subject, entries => entries.Any(entry => entry.Digest == manifest) ? [.. entries.Where(entry => entry.Digest != manifest)] : null, cancellationToken);

    private async Task ChangeReferrersAsync(
        Digest subject, Func<IReadOnlyList<Descriptor>, IReadOnlyList<Descriptor>?> change, CancellationToken cancellationToken)
    {
        var tag = ReferrersTag(subject);
        var index = await TryReadIndexAsync(tag, cancellationToken).ConfigureAwait(false) ?? new ImageIndex();
        if (change(index.Manifests) is { } entries)
        {
            _options.Debug?.Report($"{_endpoint}: what refers to {subject} is listed in tag {tag}");
            await SendManifestAsync((index with { Manifests = entries }).ToBlob(), tag, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ImageIndex?> TryReadIndexAsync(string tag, CancellationToken cancellationToken)
    {
        try
        {
            var found = await GetManifestAsync(tag, null, cancellationToken).ConfigureAwait(false);
            return ImageIndex.Parse(found.Bytes.Span, found.MediaType);
        }
        catch (RegistryException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Whether the registry lists what refers to a manifest by itself.</summary>
    private async Task<bool> ListsReferrersAsync(Digest subject, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Get, Address($"referrers/{subject}"), $"listing what refers to {subject} in {_endpoint}")
        {
            Scopes = [AccessScope.Pull(_endpoint.Repository)],
            Expected = [HttpStatusCode.OK, HttpStatusCode.NotFound],
        };
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>What a manifest or index says of the manifest that it refers to.</summary>
    private sealed record Referrer(Digest Subject, string? ArtifactType, IReadOnlyDictionary<string, string> Annotations)
    {
        /// <summary>Reads a manifest or index; null when it refers to none.</summary>
        public static Referrer? Of(ManifestBlob manifest)
        {
            // Docker's formats have no subject, and few manifests have one.
            if (MediaType.IsDocker(manifest.MediaType) || manifest.Bytes.Span.IndexOf("\"subject\""u8) < 0)
            {
                return null;
            }

            if (manifest.IsIndex)
            {
                var index = ImageIndex.Parse(manifest.Bytes.Span, manifest.MediaType);
                return index.Subject is { } of ? new Referrer(of.Digest, index.ArtifactType, index.Annotations) : null;
            }

            var image = ImageManifest.Parse(manifest.Bytes.Span, manifest.MediaType);
            return image.Subject is { } subject
                ? new Referrer(subject.Digest, image.ArtifactType ?? image.Config.MediaType, image.Annotations)
                : null;
        }
    }
}
