using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports.ContainersStorage;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>Image names as typed on the command line.</summary>
internal static class ImageName
{
    private const string StorePrefix = "containers-storage:";

    /// <summary>Full name for storing an image: adds <c>localhost/</c> when the registry is missing and <c>:latest</c> when the tag
    /// is.</summary>
    /// <exception cref="BuildSharpException">The text is not a valid image name.</exception>
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

    /// <summary>The part after <c>containers-storage:</c> and an optional <c>[store]</c>; null when the prefix is missing or names another
    /// store.</summary>
    public static string? TryStripStore(string? text, Store store) =>
        text?.StartsWith(StorePrefix, StringComparison.Ordinal) == true ? StorageLocation.Parse(text[StorePrefix.Length..]).NameIn(store) : null;

    /// <summary>Repository and tag of a stored name; <c>&lt;none&gt;</c> for a missing part.</summary>
    public static (string Repository, string Tag) Split(string name) =>
        Reference.TryParse(name, out var reference)
            ? (reference.Name, reference.Tag ?? "<none>")
            : (name, "<none>");

    /// <summary>The one of an image's names that <paramref name="text"/> refers to; null when it is an ID.</summary>
    public static string? Matching(IReadOnlyList<string> names, string text)
    {
        var wanted = Candidates(text).Select(reference => reference.WithDefaultTag().ToString()).ToList();
        return names.FirstOrDefault(wanted.Contains);
    }

    /// <summary>Name to show for an image that was found as <paramref name="text"/>: the matching name; else, for a name with digest, the
    /// first
    /// name in that repository; else its newest name; null when the image has none.</summary>
    public static string? Of(IReadOnlyList<string> names, string text)
    {
        var repositories = Candidates(text).Where(reference => reference.Digest is not null).Select(reference => reference.Name).ToList();
        return Matching(names, text) ?? names.FirstOrDefault(name => repositories.Contains(Split(name).Repository)) ?? names.FirstOrDefault();
    }

    /// <summary>A name of the store and the shorter ones that users type for it.</summary>
    public static IEnumerable<string> Spellings(string name)
    {
        yield return name;
        foreach (var prefix in new[] { "localhost/", "docker.io/library/" })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return name[prefix.Length..];
            }
        }
    }

    /// <summary><c> (did you mean X?)</c> with the name of an image that an unknown name resembles, or an empty string.</summary>
    public static string SuggestionFor(Store store, string text)
    {
        const string latest = ":latest";
        var known = store.Images.All().SelectMany(image => image.Names).SelectMany(Spellings);
        return Suggestion.Clause(text, known.SelectMany(
            name => name.EndsWith(latest, StringComparison.Ordinal) ? new[] { name[..^latest.Length], name } : [name]));
    }

    private static Reference[] Candidates(string text) =>
        Reference.TryParse(text, out var typed) ? [typed.InDomain("localhost"), typed.InDomain("docker.io"), typed] : [];
}
