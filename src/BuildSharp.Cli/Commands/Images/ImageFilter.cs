using System.Globalization;
using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>One condition of <c>images --filter</c> (buildah-images(1)).</summary>
/// <param name="Key">The property to test.</param>
/// <param name="IsNegated">Whether it was written with <c>!=</c>.</param>
/// <param name="Holds">The test, before negation.</param>
internal sealed record ImageFilter(string Key, bool IsNegated, Func<StoredImage, bool> Holds)
{
    /// <summary>Parses <c>KEY=VALUE</c> or <c>KEY!=VALUE</c>.</summary>
    /// <exception cref="BuildSharpException">The key is unknown or its value invalid.</exception>
    public static ImageFilter Parse(string text, ImageCatalog catalog, TimeProvider clock)
    {
        var equals = text.IndexOf('=');
        if (equals <= 0)
        {
            throw Malformed(text);
        }

        var negated = text[equals - 1] == '!';
        var key = text[..(negated ? equals - 1 : equals)];
        var value = text[(equals + 1)..];
        return new ImageFilter(key, negated, Condition(text, key, value, catalog, clock));
    }

    /// <summary>Whether an image passes all filters. Of several positive <c>reference</c> filters, one match is enough.</summary>
    public static bool AllMatch(IReadOnlyList<ImageFilter> filters, StoredImage image)
    {
        var alternatives = filters.Where(filter => filter is { Key: "reference", IsNegated: false }).ToList();
        return (alternatives.Count == 0 || alternatives.Exists(filter => filter.Holds(image)))
            && filters.Except(alternatives).All(filter => filter.Holds(image) != filter.IsNegated);
    }

    private static Func<StoredImage, bool> Condition(string text, string key, string value, ImageCatalog catalog, TimeProvider clock)
    {
        switch (key)
        {
            case "dangling":
                var dangling = Bool(key, value);
                return image => catalog.IsDangling(image) == dangling;
            case "intermediate":
                var intermediate = Bool(key, value);
                return image => catalog.IsIntermediate(image) == intermediate;
            case "readonly":
                var readOnly = Bool(key, value);
                return image => image.IsReadOnly == readOnly;
            case "manifest":
                var list = Bool(key, value);
                return image => catalog.IsList(image) == list;
            case "containers":
                var used = value is "true" or "false" ? value == "true" : throw new BuildSharpException(
                    $"unsupported value {GoQuoting.Quote(value)} for containers filter");
                return image => catalog.HasContainers(image) == used;
            case "label":
                var (name, wanted) = value.Split('=', 2) is [var left, var right] ? (left, right) : (value, null);
                return image => catalog.Labels(image).TryGetValue(name, out var label) && (wanted is null || wanted == label);
            case "reference":
                var pattern = ReferenceGlob.Parse(value);
                return image => image.Names.Any(pattern.Matches);
            case "id":
                return image => image.Id.StartsWith(value, StringComparison.Ordinal);
            case "digest":
                if (!value.StartsWith("sha256:", StringComparison.Ordinal))
                {
                    throw new BuildSharpException($"invalid value {GoQuoting.Quote(value)} for digest filter");
                }

                return image => catalog.ManifestDigest(image)?.ToString().StartsWith(value, StringComparison.Ordinal) == true;
            case "before":
                var before = Created(key, value, catalog);
                return image => catalog.Created(image) < before;
            case "since" or "after":
                var since = Created(key, value, catalog);
                return image => catalog.Created(image) > since;
            case "until":
                var until = Moment(value, clock);
                return image => catalog.Created(image) < until;
            default:
                throw Malformed(text, "; keys are before, containers, dangling, digest, id, intermediate, label, manifest, readonly, reference, since and until");
        }
    }

    private static BuildSharpException Malformed(string text, string hint = "") =>
        new($"invalid image filter {GoQuoting.Quote(text)}: must be in the format \"filter=value or filter!=value\"{hint}");

    private static bool Bool(string key, string value) => GoWords.TryParseBool(value, out var result)
        ? result
        : throw new BuildSharpException(
            $"non-boolean value {GoQuoting.Quote(key)} for {value} filter: strconv.ParseBool: parsing {GoQuoting.Quote(value)}: invalid syntax");

    private static Timestamp Created(string key, string value, ImageCatalog catalog) => catalog.Find(value) is { } image
        ? catalog.Created(image)
        : throw new BuildSharpException(
            $"could not find local image for filter {GoQuoting.Quote(key)}={GoQuoting.Quote(value)}: {value}: image not known");

    // A timestamp, seconds since 1970, or a duration before now.
    private static Timestamp Moment(string value, TimeProvider clock)
    {
        if (Timestamp.TryParse(value, out var moment))
        {
            return moment;
        }

        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            return new Timestamp(seconds);
        }

        if (GoDuration.TryParse(value, out var ago))
        {
            return Timestamp.From(clock.GetUtcNow() - ago);
        }

        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? Timestamp.From(date)
            : throw new BuildSharpException($"unable to parse {GoQuoting.Quote(value)} as a time for filter \"until\"");
    }
}
