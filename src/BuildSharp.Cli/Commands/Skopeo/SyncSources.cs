using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Transports;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>Images that <c>sync</c> copies, from one place and with the same settings.</summary>
/// <param name="Images">The images, each with the name it gets below the destination.</param>
/// <param name="Choice">How their registry is reached.</param>
internal sealed record SyncSource(IReadOnlyList<(ImageLocation Place, string Name)> Images, RegistryChoice Choice)
{
    /// <summary>One image of a repository, or every tag of it.</summary>
    /// <exception cref="BuildSharpException">The name is invalid, or the tags cannot be listed.</exception>
    public static async Task<SyncSource> OfRepositoryAsync(Invocation call, string text, RegistryChoice choice, CancellationToken cancellation)
    {
        var name = Reference.ParseNormalized(text);
        if (name is { Tag: not null, Digest: not null })
        {
            throw new BuildSharpException($"{text}: a name with both a tag and a digest is not supported here; give one of them");
        }

        return new SyncSource(
            name.Tag is not null || name.Digest is not null ? [Entry(name)] : await AllTagsAsync(call, name, choice, cancellation).ConfigureAwait(false), choice);
    }

    /// <summary>The images below a directory: every directory with a manifest.</summary>
    /// <exception cref="BuildSharpException">The directory cannot be read, or has no image.</exception>
    public static SyncSource OfDirectory(string directory, RegistryChoice choice)
    {
        try
        {
            var root = Path.TrimEndingDirectorySeparator(directory);
            var images = Directory.EnumerateFiles(root, "manifest.json", SearchOption.AllDirectories)
                .Select(manifest => Path.GetDirectoryName(manifest)!).Order(StringComparer.Ordinal)
                .Select(image => ((ImageLocation)TransportTable.Parse("dir:" + image), image == root ? Path.GetFileName(root) : image[(root.Length + 1)..]))
                .ToList();
            return images.Count > 0
                ? new SyncSource(images, choice)
                : throw new BuildSharpException($"No images to sync found in {GoQuoting.Quote(directory)}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"Retrieving images from {directory}: {FileErrorText.Of(error)}", error);
        }
    }

    /// <summary>A name in a registry, as a source.</summary>
    public static (ImageLocation Place, string Name) Entry(Reference name) => (RegistryLocation.Of(name), name.ToString());

    /// <summary>Every tag of a repository.</summary>
    /// <exception cref="BuildSharpException">The tags cannot be listed, or there are none.</exception>
    public static async Task<IReadOnlyList<(ImageLocation Place, string Name)>> AllTagsAsync(
        Invocation call, Reference name, RegistryChoice choice, CancellationToken cancellation)
    {
        var tags = await TransferRetry.RunAsync(
            () => RegistryTags.ListAsync(name, RegistrySettings.Access(call, choice), cancellation), call, cancellation).ConfigureAwait(false);
        return tags.Count > 0
            ? [.. tags.Select(tag => Entry(name with { Tag = tag }))]
            : throw new BuildSharpException($"No tags to sync found in {GoQuoting.Quote(name.ToString())}");
    }
}
