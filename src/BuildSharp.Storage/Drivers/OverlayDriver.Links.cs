using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Drivers;

// Lists of lower layers, and the short links that replace layer ids in mount data (containers/storage, drivers/overlay).
internal sealed partial class OverlayDriver
{
    /// <summary>Writes the lists of lower layers, nearest first, in the formats of older and newer tools. A layer without parent has no
    /// such files.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="below">Its lower layers.</param>
    /// <param name="replace">Whether the files exist already.</param>
    /// <param name="links">The links of the lower layers, if known.</param>
    private void WriteLowers(string id, IReadOnlyList<string> below, bool replace, string? links = null)
    {
        var directory = Path.Combine(_home, id);
        if (below.Count == 0)
        {
            using var handle = DirectoryHandle.Open(directory);
            handle.RemoveTree("lower");
            handle.RemoveTree("lower-layers");
            return;
        }

        WriteSmall(Path.Combine(directory, "lower"), links ?? string.Join(':', below.Select(layer => "l/" + LinkOf(layer))), replace);
        WriteSmall(Path.Combine(directory, "lower-layers"), string.Join(':', below), replace);
    }

    /// <summary>Links of a parent and its lower layers, from the parent's own files: two files are read instead of one per layer.</summary>
    /// <returns>Null when the parent's list does not have the expected length.</returns>
    private string? LinksBelow(string parent, int count)
    {
        var lower = ReadSmall(Path.Combine(DirectoryOf(parent), "lower"));
        return (lower is null ? 0 : lower.AsSpan().Count(':') + 1) == count
            ? $"l/{LinkOf(parent)}{(lower is null ? "" : ":")}{lower}"
            : null;
    }

    public void ReplaceLowers(string id, IReadOnlyList<string> below) => WriteLowers(id, below, replace: true);

    public void Relink(string id, string? link)
    {
        using var links = DirectoryHandle.Open(Path.Combine(_home, "l"));
        if (link is not null && links.TryStat(link, out var other) && !other.IsSymbolicLink)
        {
            // Another file has the link's name, so create a new link; the lists get the new name.
            link = null;
        }

        link ??= LinkExamination.LinkTo(_home, id) ?? NewLinkName();
        var temporary = NewLinkName();
        links.SymbolicLink($"../{id}/diff", temporary);
        links.Rename(temporary, link);
        WriteSmall(Path.Combine(_home, id, "link"), link, replace: true);
    }

    /// <summary>The lower layers, nearest first.</summary>
    private IReadOnlyList<string> LowerLayers(string id)
    {
        var directory = DirectoryOf(id);
        if (ReadSmall(Path.Combine(directory, "lower-layers")) is { } ids)
        {
            var below = ids.Split(':', StringSplitOptions.RemoveEmptyEntries);
            return Array.TrueForAll(below, layer => layer is not ("." or "..") && !layer.AsSpan().ContainsAny('/', '\0'))
                ? below
                : throw new BuildSharpException(
                    $"{Path.Combine(directory, "lower-layers")} is damaged (it does not list layers); run \"check --repair\", which writes it anew");
        }

        return ReadSmall(Path.Combine(directory, "lower")) is { } links
            ? [.. links.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(LayerBehind)]
            : [];
    }

    /// <summary>Id of the layer that a short link points to.</summary>
    private string LayerBehind(string link)
    {
        var name = link.StartsWith("l/", StringComparison.Ordinal) && LinkExamination.IsLinkName(link[2..])
            ? link[2..]
            : throw new BuildSharpException($"a layer of {_home} lists \"{link}\" below it, which is no layer's link; run \"check --repair\", which writes the list anew");
        if (_additionalHomes.Prepend(_home).Select(root => LinkExamination.LayerBehind(root, name)).FirstOrDefault(id => id is not null) is { } behind)
        {
            return behind;
        }

        // A crash can lose the link; its name is also stored in the layer's directory.
        return _additionalHomes.Prepend(_home)
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .FirstOrDefault(directory => ReadSmall(Path.Combine(directory, "link")) == name) is { } found
            ? Path.GetFileName(found)
            : throw new BuildSharpException($"the store has lost the layer behind {Path.Combine(_home, link)}; remove the images that need it and build them again");
    }

    private string LinkOf(string id)
    {
        var path = Path.Combine(DirectoryOf(id), "link");
        var link = ReadSmall(path) ?? throw Lost(id);
        return LinkExamination.IsLinkName(link)
            ? link
            : throw new BuildSharpException($"{path} is damaged (it does not name a link); run \"check --repair\", which writes it anew");
    }

    private BuildSharpException Lost(string id) =>
        new($"layer {id} has lost its files in {_home}; remove the images that need it and build or pull them again");

    private string MakeLink(string id)
    {
        using var links = DirectoryHandle.Open(Path.Combine(_home, "l"));
        while (true)
        {
            var name = NewLinkName();
            try
            {
                links.SymbolicLink($"../{id}/diff", name);
                return name;
            }
            catch (LinuxException e) when (e.Errno == Errno.EEXIST)
            {
            }
        }
    }

    /// <summary>Generates a link name: the first 26 digits of 17 random bytes in base 32.</summary>
    private static string NewLinkName()
    {
        Span<byte> random = stackalloc byte[17];
        RandomBytes.Fill(random);
        var name = new StringBuilder(LinkExamination.NameLength);
        for (var bit = 0; name.Length < LinkExamination.NameLength; bit += 5)
        {
            var window = (random[bit / 8] << 8) | random[(bit / 8) + 1];
            name.Append(LinkExamination.Base32[(window >> (11 - (bit % 8))) & 31]);
        }

        return name.ToString();
    }

    /// <summary>Updates the short link of a renamed layer to the new id.</summary>
    private void LeadLinkTo(string id)
    {
        if (ReadSmall(Path.Combine(_home, id, "link")) is { } link && LinkExamination.IsLinkName(link))
        {
            using var links = DirectoryHandle.Open(Path.Combine(_home, "l"));
            var temporary = NewLinkName();
            links.SymbolicLink($"../{id}/diff", temporary);
            links.Rename(temporary, link);
        }
    }

    private void RemoveLink(string directory)
    {
        // A link that points to another layer belongs to that layer, whatever this layer's file says.
        if (LinkExamination.ReadSmall(Path.Combine(directory, "link")) is { } link && LinkExamination.LayerBehind(_home, link) == Path.GetFileName(directory))
        {
            using var links = DirectoryHandle.TryOpen(Path.Combine(_home, "l"));
            links?.Remove(link);
        }
    }

    private static void WriteSmall(string path, string text, bool replace = false)
    {
        if (replace)
        {
            if (Directory.Exists(path))
            {
                // A directory has the name. A file cannot be renamed over it, and a store keeps nothing there.
                using var layer = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
                layer.RemoveTree(Path.GetFileName(path));
            }

            AtomicFile.Replace(path, Encoding.ASCII.GetBytes(text), Octal.O644);
            return;
        }

        using var directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        using var file = directory.CreateFile(Path.GetFileName(path), Octal.O644);
        FileDescriptor.Write(file, Encoding.ASCII.GetBytes(text));
        FileDescriptor.SetMode(file, Octal.O644);
    }

    private static string? ReadSmall(string path)
    {
        try
        {
            return FileDescriptor.TryReadAll(path) is { } text ? Encoding.UTF8.GetString(text) : null;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "read", path);
        }
    }
}
