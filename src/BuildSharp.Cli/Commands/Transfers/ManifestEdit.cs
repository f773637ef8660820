using System.Text;
using System.Text.Json;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using BuildSharp.Storage;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Records;
using BuildSharp.Transports;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>Operations of <c>manifest</c> on the manifest lists of a store.</summary>
internal sealed class ManifestEdit(Store store, Invocation call)
{
    private static readonly string[] PlatformFields = ["os", "arch", "variant", "os-version", "os-features"];

    /// <summary>Creates a list and returns its ID.</summary>
    public async Task<string> CreateAsync(string text, IReadOnlyList<string> images, CancellationToken cancellation)
    {
        var (amends, replaces) = (call.Flags.Bool("amend"), call.Flags.Bool("replace"));
        if (amends && replaces)
        {
            throw new BuildSharpException("amend and replace are mutually exclusive");
        }

        var name = ImageName.ForWriting(text);
        var entries = new List<(Descriptor Entry, string Place)>();
        foreach (var image in images)
        {
            entries.AddRange(await EntriesAsync(image, cancellation).ConfigureAwait(false));
        }

        ManifestList Fill(ManifestList list) => Annotated(entries.Aggregate(list, (filled, entry) => filled.With(entry.Entry, entry.Place)));
        return amends && TryFind(text) is { } there
            ? store.ManifestLists.Change(there.Id, Fill).Id
            : store.ManifestLists.Create(name, Fill(ManifestList.Empty), replaces).Id;
    }

    /// <summary>Adds images to a list in one change, and creates the list when there is none: <c>--manifest</c> of build and
    /// commit.</summary>
    public void Include(string text, params IReadOnlyList<StoredImage> images)
    {
        var entries = images.Select(EntryOf).ToList();
        ManifestList Fill(ManifestList list) => entries.Aggregate(list, (filled, entry) => filled.With(entry.Entry, entry.Place));
        if (TryFind(text) is null)
        {
            try
            {
                store.ManifestLists.Create(ImageName.ForWriting(text), Fill(ManifestList.Empty), replaces: false);
                return;
            }
            catch (BuildSharpException) when (TryFind(text) is not null)
            {
                // Another process created the list meanwhile, for example a build for another platform: add to that one.
            }
        }

        store.ManifestLists.Change(store.RequireImage(text).Id, Fill);
    }

    /// <summary>Checks before the build that the name is free or names a list.</summary>
    /// <exception cref="BuildSharpException">An image has the name.</exception>
    public void RequireListOrNothing(string text)
    {
        if (store.Images.Find(text) is { } image && image.Names.Count > 0 && ImageName.Matching(image.Names, text) is { } name && !store.ManifestLists.IsList(image))
        {
            throw new BuildSharpException($"{name}: image is not a manifest list; give --manifest another name, or remove that image");
        }
    }

    /// <summary>Adds one image, or the images of another list.</summary>
    public async Task<(string List, Digest? Entry)> AddAsync(string list, string image, CancellationToken cancellation)
    {
        var id = Find(list).Id;
        var entries = (await EntriesAsync(image, cancellation).ConfigureAwait(false)).Select(entry => entry with { Entry = Described(entry.Entry) }).ToList();
        if (entries.Count == 0)
        {
            throw new BuildSharpException($"{image}: the list is empty, so there is nothing to add");
        }

        store.ManifestLists.Change(id, before => entries.Aggregate(before, (filled, entry) => filled.With(entry.Entry, entry.Place)));
        return (id, entries[^1].Entry.Digest);
    }

    /// <summary>Adds an artifact of files.</summary>
    /// <exception cref="BuildSharpException">A file cannot be read, or there is no such subject.</exception>
    public async Task<(string List, Digest? Entry)> AddArtifactAsync(string list, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var id = Find(list).Id;
        var subject = await SubjectAsync("artifact-subject", cancellation).ConfigureAwait(false);
        var (entry, place) = await new ManifestArtifact(store, call).MakeAsync(id, files, subject, cancellation).ConfigureAwait(false);
        store.ManifestLists.Change(id, before => before.With(Described(entry), place));
        return (id, entry.Digest);
    }

    /// <summary>Sets annotations and platform fields of an entry, or annotations and the subject of the whole list.</summary>
    public async Task<(string List, Digest? Entry)> AnnotateAsync(string list, string? instance, CancellationToken cancellation)
    {
        var id = Find(list).Id;
        if (call.Flags.Bool("index"))
        {
            if (PlatformFields.FirstOrDefault(call.Flags.IsSet) is { } flag)
            {
                throw new BuildSharpException($"--index is not compatible with --{flag}");
            }

            if (instance is not null)
            {
                throw new BuildSharpException($"did not expect image or artifact name {GoQuoting.Quote(instance)} when modifying the entire index");
            }

            var subject = await SubjectAsync("subject", cancellation).ConfigureAwait(false);
            store.ManifestLists.Change(id, before => Annotated(subject is null ? before : before.About(subject)));
            return (id, null);
        }

        if (call.Flags.IsSet("subject"))
        {
            throw new BuildSharpException("--subject requires --index: the subject of an image is in its manifest, which has a digest");
        }

        var digest = DigestOf(instance ?? throw new BuildSharpException("expected an instance digest, image name, or artifact name"));
        store.ManifestLists.Change(id, before => before.Changed(digest, Described));
        return (id, digest);
    }

    /// <summary>Removes an entry.</summary>
    public (string List, Digest? Entry) Remove(string list, string instance)
    {
        var (id, digest) = (Find(list).Id, DigestOf(instance));
        store.ManifestLists.Change(id, before => before.Without(digest));
        return (id, digest);
    }

    /// <summary>The list as indented JSON.</summary>
    public string Text(string list) => Indented(store.ManifestLists.Read(Find(list)));

    /// <summary>Like <see cref="Text"/>, also of a list that is not in the store but in a registry, or at a location.</summary>
    /// <exception cref="BuildSharpException">There is none, or it is an image.</exception>
    public async Task<string> TextAsync(string text, CancellationToken cancellation)
    {
        var isPlace = TransportTable.TryParse(text, out var location) && ImageName.TryStripStore(text, store) is null;
        if (!isPlace && (store.TryFindImage(text) is not null || Reference.ProblemOf(text) is not null))
        {
            return Text(text);
        }

        location ??= RegistryLocation.Of(Reference.ParseNormalized(text));
        async Task<ManifestBlob> ReadAsync()
        {
            var source = await location.OpenSourceAsync(ImageTransfer.Context(store, call), cancellation).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                return await source.GetManifestAsync(null, cancellation).ConfigureAwait(false);
            }
        }

        ManifestBlob manifest;
        try
        {
            manifest = await TransferRetry.RunAsync(ReadAsync, call, cancellation).ConfigureAwait(false);
        }
        catch (BuildSharpException error) when (!isPlace)
        {
            throw new BuildSharpException($"{text}: image not known{ImageName.SuggestionFor(store, text)}: it is not in local storage, and {error.Message}", error);
        }

        return manifest.IsIndex
            ? Indented(manifest.Bytes.ToArray())
            : throw new BuildSharpException($"manifest is of type {manifest.MediaType} (not a list type)");
    }

    private static string Indented(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(GoJson.ToBytes(document.RootElement.WriteTo, indented: true)) + "\n";
    }

    /// <summary>The list of that name or ID.</summary>
    /// <exception cref="BuildSharpException">The store has no such list, or it is an image.</exception>
    public StoredImage Find(string text)
    {
        var image = store.RequireImage(text);
        store.ManifestLists.Read(image);
        return image;
    }

    /// <summary>Whether there is a list of that name or ID.</summary>
    /// <exception cref="BuildSharpException">The name belongs to an image.</exception>
    public bool Exists(string text) => store.TryFindImage(text) is { } found
        && (store.ManifestLists.IsList(found) ? true : throw new BuildSharpException($"{found.Names.FirstOrDefault() ?? found.Id}: image is not a manifest list"));

    /// <summary>The list of that name or ID; null when there is none or the name belongs to an image.</summary>
    public StoredImage? TryFind(string text) => store.TryFindImage(text) is { } image && store.ManifestLists.IsList(image) ? image : null;

    // What a flag refers to, without what an entry of a list says besides.
    private async Task<Descriptor?> SubjectAsync(string flag, CancellationToken cancellation)
    {
        if (call.Flags.NonEmptyText(flag) is not { } text)
        {
            return null;
        }

        var (entry, _) = (await EntriesAsync(text, cancellation).ConfigureAwait(false))[0];
        return new Descriptor { MediaType = entry.MediaType, Digest = entry.Digest, Size = entry.Size };
    }

    private async Task<List<(Descriptor Entry, string Place)>> EntriesAsync(string text, CancellationToken cancellation)
    {
        if (ImageName.TryStripStore(text, store) is { } stored)
        {
            return EntriesOf(Image(stored), text);
        }

        if (TransportTable.TryParse(text, out var location))
        {
            return await EntriesElsewhereAsync(location, cancellation).ConfigureAwait(false);
        }

        return store.TryFindImage(text) is { } image
            ? EntriesOf(image, text)
            : await EntriesElsewhereAsync(RegistryLocation.Of(Reference.ParseNormalized(text)), cancellation).ConfigureAwait(false);
    }

    private List<(Descriptor Entry, string Place)> EntriesOf(StoredImage image, string text)
    {
        if (!store.ManifestLists.IsList(image))
        {
            return [EntryOf(image)];
        }

        // Copy the entries of the list, because they may hold more than the images themselves, such as annotations.
        var list = ImageIndex.Parse(store.ManifestLists.Read(image));
        var places = store.ManifestLists.ReadPlaces(image);
        var entries = call.Flags.Bool("all") ? list.Manifests : [list.Choose(Platform.Host)];
        return [.. entries.Select(entry => (entry, places.GetValueOrDefault(entry.Digest.ToString()) ?? EntryOf(Holding(entry.Digest, text)).Place))];
    }

    /// <summary>Entries for images outside this store. They are not copied; the list records where they are.</summary>
    private async Task<List<(Descriptor Entry, string Place)>> EntriesElsewhereAsync(ImageLocation location, CancellationToken cancellation)
    {
        call.Debug?.Report($"reading {location}");
        var place = location.Rooted(call.Surroundings.WorkingDirectory).ToString();
        async Task<IReadOnlyList<Descriptor>> ReadAsync()
        {
            var source = await location.OpenSourceAsync(ImageTransfer.Context(store, call), cancellation).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                return await IndexEntries.ReadAsync(source, call.Flags.Bool("all"), Platform.Host, cancellation).ConfigureAwait(false);
            }
        }

        var entries = await TransferRetry.RunAsync(ReadAsync, call, cancellation).ConfigureAwait(false);
        return [.. entries.Select(entry => (entry, place))];
    }

    private StoredImage Holding(Digest digest, string list) => store.Images.ByDigest(digest).FirstOrDefault(image => !store.ManifestLists.IsList(image))
        ?? throw new BuildSharpException($"{list}: its image {digest} is not in local storage; pull it first");

    private StoredImage Image(string text)
    {
        return store.TryFindImage(text) ?? throw new BuildSharpException($"{text}: image not known: it is not in local storage");
    }

    private (Descriptor Entry, string Place) EntryOf(StoredImage image)
    {
        var bytes = store.Images.ReadData(image.Id, "manifest");
        var config = ImageConfig.Parse(store.Images.ReadData(image.Id, ImageManifest.Parse(bytes).Config.Digest.ToString()));
        var entry = new Descriptor
        {
            MediaType = ManifestBlob.GuessMediaType(bytes),
            Digest = Digest.Sha256(bytes),
            Size = bytes.Length,
            Platform = config.Platform,
        };
        var options = store.Options;
        return (entry, $"containers-storage:[{store.DriverName}@{options.GraphRoot}+{options.RunRoot}]{(image.Names is [var first, ..] ? first : image.Id)}");
    }

    private Digest DigestOf(string instance)
    {
        if (instance.StartsWith("sha256:", StringComparison.Ordinal))
        {
            return Digest.TryParse(instance, out var digest)
                ? digest
                : throw new BuildSharpException($"Invalid instance {GoQuoting.Quote(instance)}: sha256: and 64 hexadecimal digits are expected");
        }

        return Digest.Sha256(store.Images.ReadData(Image(instance).Id, "manifest"));
    }

    private ManifestList Annotated(ManifestList list) => list with { Index = list.Index with { Annotations = WithAnnotations(list.Index.Annotations) } };

    private Descriptor Described(Descriptor entry)
    {
        // An artifact is for every platform.
        if (entry is { Platform: null, ArtifactType: not null } && !PlatformFields.Any(call.Flags.IsSet))
        {
            return entry with { Annotations = WithAnnotations(entry.Annotations) };
        }

        var platform = entry.Platform ?? Platform.Host;
        return entry with
        {
            Annotations = WithAnnotations(entry.Annotations),
            Platform = platform with
            {
                Os = call.Flags.NonEmptyText("os") ?? platform.Os,
                Architecture = call.Flags.NonEmptyText("arch") ?? platform.Architecture,
                Variant = call.Flags.NonEmptyText("variant") ?? platform.Variant,
                OsVersion = call.Flags.NonEmptyText("os-version") ?? platform.OsVersion,
                OsFeatures = call.Flags.IsSet("os-features") ? call.Flags.All("os-features") : platform.OsFeatures,
            },
        };
    }

    private IReadOnlyDictionary<string, string> WithAnnotations(IReadOnlyDictionary<string, string> before) =>
        KeyValues.Annotations(call.Flags.All("annotation"), before);
}
