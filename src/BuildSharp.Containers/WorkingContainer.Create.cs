using System.Globalization;
using BuildSharp.Containers.Committing;
using BuildSharp.Containers.State;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    internal const string BaseNameAnnotation = "org.opencontainers.image.base.name";
    internal const string BaseDigestAnnotation = "org.opencontainers.image.base.digest";
    private const int MostAttempts = 100;

    /// <summary>Creates a container from an image of the store, or from scratch.</summary>
    /// <param name="store">The store.</param>
    /// <param name="options">Base image, name and settings.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="BuildSharpException">The name is in use, or the base is not a container image.</exception>
    public static WorkingContainer Create(Store store, FromOptions options, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var state = ContainerState.New(new ImageConfig());
        state.Settings = options.Settings;
        state.Format = options.Format;
        if (options.Base is { } image)
        {
            StartFrom(store, image, options, state);
        }
        else
        {
            var empty = new ImageConfig { Created = Timestamp.From(time.GetUtcNow()), Config = new ContainerConfig { WorkingDir = "/" } };
            state.Image = BuildSharp.Containers.Configuring.ImageConfigEditor.SetPlatform(empty, options.Platform ?? Platform.Host);
        }

        var record = CreateRecord(store, options, state);
        return new WorkingContainer(store, record, state, time);
    }

    /// <summary>Default name of a container: the last path component of the image name, up to the first colon or at sign, and the suffix.
    /// As in buildah, <c>oci:dir</c> gives <c>oci-working-container</c>.</summary>
    /// <param name="image">Name of the base image, its full or abbreviated ID, or a transport reference; null for scratch.</param>
    /// <param name="suffix">End of the name; null for <c>working-container</c>.</param>
    public static string MakeName(string? image, string? suffix = null)
    {
        suffix = string.IsNullOrEmpty(suffix) ? "working-container" : suffix;
        if (string.IsNullOrEmpty(image))
        {
            return suffix;
        }

        if (Digest.TryParse(image, out var id) || Digest.TryParse("sha256:" + image, out id))
        {
            return $"{id.Hex[..12]}-{suffix}";
        }

        var name = image.Split(':')[0];
        return $"{name[(name.LastIndexOf('/') + 1)..].Split('@')[0]}-{suffix}";
    }

    private static void StartFrom(Store store, StoredImage image, FromOptions options, ContainerState state)
    {
        var name = options.BaseName;
        var manifest = store.Images.ReadData(image.Id, "manifest");
        if (MediaType.IsIndex(ManifestBlob.GuessMediaType(manifest)))
        {
            throw new BuildSharpException($"{name ?? image.Id}: is a manifest list; choose one of its images by digest");
        }

        var parsed = ImageManifest.Parse(manifest);
        if (parsed.Config.MediaType is not (MediaType.OciConfig or MediaType.DockerConfig))
        {
            throw new BuildSharpException($"{name ?? image.Id}: not a container image (its config is of type {parsed.Config.MediaType})");
        }

        var config = store.Images.ReadData(image.Id, parsed.Config.Digest.ToString());
        state.Image = ImageConfig.Parse(config) with { ContainerConfigSnapshot = null };
        state.BaseConfig = config;
        state.BaseManifest = manifest;
        state.FromImage = name;
        state.FromImageId = image.Id;
        var digest = Digest.Sha256(manifest).ToString();
        state.FromImageDigest = digest;
        state.TopLayer = image.TopLayer;
        foreach (var (key, value) in parsed.Annotations)
        {
            state.Annotations[key] = value;
        }

        // The new image gets its own creation time and its own base annotations, not those inherited from its base image.
        state.Annotations.Remove(ImageAssembler.CreatedAnnotation);
        state.Annotations[BaseDigestAnnotation] = digest;
        state.Annotations.Remove(BaseNameAnnotation);
        if (name is not null)
        {
            state.Annotations[BaseNameAnnotation] = name;
        }
    }

    private static StoredContainer CreateRecord(Store store, FromOptions options, ContainerState state)
    {
        // The state is written together with the container, because other tools do not recognise a builder's container without it.
        StoredContainer Try(string name) => store.Containers.Create(new NewContainer
        {
            Names = [name],
            ImageId = options.Base?.Id,
            FilesFor = id =>
            {
                state.ContainerId = id;
                state.ContainerName = name;
                return [new(ContainerState.FileName, state.ToBytes())];
            },
        });

        if (!string.IsNullOrEmpty(options.Name))
        {
            return Try(options.Name);
        }

        var stem = MakeName(options.Base is null ? null : options.NamedAfter ?? options.BaseName ?? options.Base.Id, options.Suffix);
        var taken = store.Containers.All().SelectMany(container => container.Names).ToHashSet(StringComparer.Ordinal);
        var name = stem;
        for (var number = 1; taken.Contains(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}");
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Try(name);
            }
            catch (NameInUseException) when (attempt < MostAttempts)
            {
                // Other processes keep taking the next number, so use a random one.
                name = string.Create(CultureInfo.InvariantCulture, $"{stem}-{Random.Shared.Next()}");
            }
        }
    }
}
