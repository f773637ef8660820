using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Commands;

/// <summary>Names of images as people type them.</summary>
internal static class ImageName
{
    private const string StorePrefix = "containers-storage:";

    /// <summary>The full name under which an image is kept: <c>localhost/</c> where there is no registry, <c>:latest</c> where there is no tag.</summary>
    /// <exception cref="BuildSharpException">It is no name an image can get.</exception>
    public static string ForWriting(string text)
    {
        Reference name;
        try
        {
            name = Reference.ParseLocal(text);
        }
        catch (BuildSharpException error)
        {
            throw new BuildSharpException($"normalizing name {GoQuoting.Quote(text)}: {error.Message}", error);
        }

        return name.Digest is null ? name.ToString() : throw new BuildSharpException($"{text}: tag by digest not supported");
    }

    /// <summary>What follows <c>containers-storage:</c> and, if it is there, the name of this store in brackets; null when the text does
    /// not begin so or means another store.</summary>
    public static string? TryStripStore(string? text, Store store) =>
        text?.StartsWith(StorePrefix, StringComparison.Ordinal) == true ? StorageLocation.Parse(text[StorePrefix.Length..]).NameIn(store) : null;

    /// <summary>Repository and tag of a stored name; <c>&lt;none&gt;</c> for what it lacks.</summary>
    public static (string Repository, string Tag) Split(string name) =>
        Reference.TryParse(name, out var reference)
            ? (reference.Name, reference.Tag ?? "<none>")
            : (name, "<none>");

    /// <summary>The stored name that <paramref name="text"/> means among an image's names, or null when it is an ID.</summary>
    public static string? Matching(IReadOnlyList<string> names, string text)
    {
        var wanted = Candidates(text).Select(reference => reference.WithDefaultTag().ToString()).ToList();
        return names.FirstOrDefault(wanted.Contains);
    }

    /// <summary>What an image that was found as <paramref name="text"/> is called: the name that was meant, the first name of the
    /// repository when it was found by its digest there, or else its newest name; null when it has none.</summary>
    public static string? Of(IReadOnlyList<string> names, string text)
    {
        var repositories = Candidates(text).Where(reference => reference.Digest is not null).Select(reference => reference.Name).ToList();
        return Matching(names, text) ?? names.FirstOrDefault(name => repositories.Contains(Split(name).Repository)) ?? names.FirstOrDefault();
    }

    private static Reference[] Candidates(string text) =>
        Reference.TryParse(text, out var typed) ? [typed.InDomain("localhost"), typed.InDomain("docker.io"), typed] : [];
}
