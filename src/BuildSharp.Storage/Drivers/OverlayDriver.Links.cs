using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

// Which layers are below a layer, and the short links that stand for them in mount data (containers/storage, drivers/overlay).
internal sealed partial class OverlayDriver
{
    /// <summary>Writes which layers are below a layer, nearest first, for tools of either age; a layer with none has no such files.</summary>
    /// <param name="id">The layer.</param>
    /// <param name="below">The layers below it.</param>
    /// <param name="replace">Whether the files exist.</param>
    /// <param name="links">Their links, where they are known.</param>
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

    /// <summary>The links of a parent and of what is below it, as the parent knows them: two files read instead of one a layer.</summary>
    /// <returns>Null where the parent's list is not as long as it should be.</returns>
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
            // Something else has its name; who lists it below himself gets the new one.
            link = null;
        }

        link ??= LinkExamination.LinkTo(_home, id) ?? NewLinkName();
        var temporary = NewLinkName();
        links.SymbolicLink($"../{id}/diff", temporary);
        links.Rename(temporary, link);
        WriteSmall(Path.Combine(_home, id, "link"), link, replace: true);
    }

    /// <summary>The layers below, nearest first.</summary>
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

    /// <summary>The layer that a short link leads to.</summary>
    private string LayerBehind(string link)
    {
        var name = link.StartsWith("l/", StringComparison.Ordinal) && LinkExamination.IsLinkName(link[2..])
            ? link[2..]
            : throw new BuildSharpException($"a layer of {_home} lists \"{link}\" below it, which is no layer's link; run \"check --repair\", which writes the list anew");
        if (_additionalHomes.Prepend(_home).Select(root => LinkExamination.LayerBehind(root, name)).FirstOrDefault(id => id is not null) is { } behind)
        {
            return behind;
        }

        // A crash can lose the link; the layer still knows its name.
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

    /// <summary>The first 26 digits of 17 random bytes in base 32.</summary>
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

    /// <summary>Gives the short link of a renamed layer its new target.</summary>
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
        // A link that leads elsewhere belongs to that layer, whatever the file says.
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
                // A file cannot be renamed over it, and nothing of a store is in it.
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
