using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Transports;
using BuildSharp.Transports.Docker;
using BuildSharp.Transports.OciLayout;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>A place with one image for each step, named by the step's key: a repository in buildah's form (buildah-build(1)), or
/// <c>type=registry</c> or <c>type=local</c> in docker's (docs.docker.com, "Cache storage backends").</summary>
/// <param name="Flag"><c>cache-from</c> or <c>cache-to</c>.</param>
/// <param name="Text">Its value, as given.</param>
internal sealed record CachePlace(string Flag, string Text)
{
    /// <summary>The longest tag of the distribution-spec, without a key of 64 digits and the hyphen before it.</summary>
    private const int LongestTag = 128 - 65;

    // The name that BuildKit gives to its cache in a layout.
    private const string BuildKitName = "latest";

    /// <summary>The repository, with the tag that docker's form may have; null for a directory.</summary>
    public Reference? Repository { get; private init; }

    /// <summary>Path of an OCI layout, as given; null for a repository.</summary>
    public string? Directory { get; private init; }

    /// <summary>Whether it keeps the steps of all stages, as <c>mode=max</c> says, and not only those that the final image contains.</summary>
    public bool HoldsAll { get; private init; } = true;

    /// <summary>The place without keys, for output.</summary>
    public string Name => Directory ?? Repository!.Name;

    /// <summary>Whether it was given in docker's form, where BuildKit keeps a cache in a format of its own.</summary>
    public bool IsDockers => Text.Contains('=', StringComparison.Ordinal);

    /// <summary>The places of a flag.</summary>
    /// <exception cref="BuildSharpException">A value is no such place.</exception>
    public static IReadOnlyList<CachePlace> Of(FlagValues flags, string flag) => [.. flags.All(flag).Select(text => Parse(flag, text, flags.All(flag)))];

    /// <summary>Name of a step's image. A tag in docker's form keeps several caches in a repository apart: <c>tag-key</c>.</summary>
    public string NameOf(string key) => Repository?.Tag is { } tag ? $"{tag}-{key}" : key;

    /// <summary>The image of a step.</summary>
    public ImageLocation Of(string key) => Locate(NameOf(key));

    /// <summary>Where BuildKit would keep its cache.</summary>
    public ImageLocation OfBuildKit() => Locate(Repository?.Tag ?? BuildKitName);

    private ImageLocation Locate(string name) =>
        Directory is null ? RegistryLocation.Of(Repository! with { Tag = name }) : OciLayoutLocation.Of(Directory, name);

    private static CachePlace Parse(string flag, string text, IReadOnlyList<string> all)
    {
        var place = new CachePlace(flag, text);
        if (place.IsDockers)
        {
            return place.WithDockers(Attributes(flag, text));
        }

        var repository = Reference.ParseNormalized(text);
        return repository is { Tag: null, Digest: null }
            ? place with { Repository = repository }
            : throw new BuildSharpException(
                $"unable to parse value provided `[{string.Join(' ', all)}]` to --{flag}: repository must contain neither a tag nor digest: {text}");
    }

    private static Dictionary<string, string> Attributes(string flag, string text)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        IReadOnlyList<string> fields;
        try
        {
            fields = CsvRecord.Parse(text);
        }
        catch (FormatException error)
        {
            throw new BuildSharpException($"--{flag} {text}: {error.Message}", error);
        }

        foreach (var field in fields)
        {
            if (field.Split('=', 2) is not [var key, var value])
            {
                throw new BuildSharpException($"--{flag} {text}: {GoQuoting.Quote(field)} is not of the form key=value");
            }

            if (!attributes.TryAdd(key, value))
            {
                throw new BuildSharpException($"--{flag} {text}: {GoQuoting.Quote(key)} is given twice");
            }
        }

        return attributes;
    }

    private CachePlace WithDockers(Dictionary<string, string> attributes)
    {
        var type = attributes.GetValueOrDefault("type") ?? throw Failure("a type is missing: type=registry or type=local");
        var isTo = Flag == "cache-to";
        var where = type switch
        {
            "registry" => "ref",
            "local" => isTo ? "dest" : "src",
            "inline" => throw Failure("an image does not hold the images of its steps; type=registry,ref=REPOSITORY keeps them beside it"),
            _ => throw Failure($"{GoQuoting.Quote(type)} is a cache service that is not supported; type=registry and type=local are"),
        };
        string[] known = isTo ? ["type", where, "mode"] : ["type", where];
        if (attributes.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw Failure($"{GoQuoting.Quote(unknown)} is not supported; type={type} takes {string.Join(" and ", known.Skip(1))}");
        }

        var place = attributes.GetValueOrDefault(where) is { Length: > 0 } given ? given : throw Failure($"{where}= is missing");
        var holdsAll = attributes.GetValueOrDefault("mode", isTo ? "min" : "max") switch
        {
            "max" => true,
            "min" => false,
            var other => throw Failure($"unknown mode {GoQuoting.Quote(other)}; known are min, max"),
        };
        if (type == "local")
        {
            return this with { Directory = place, HoldsAll = holdsAll };
        }

        var repository = Reference.ParseNormalized(place);
        return repository.Digest is not null ? throw Failure("a digest names one image; a cache has many")
            : repository.Tag?.Length > LongestTag ? throw Failure($"the tag is longer than {LongestTag} characters, to which a key is added")
            : this with { Repository = repository, HoldsAll = holdsAll };
    }

    private BuildSharpException Failure(string what) => new($"--{Flag} {Text}: {what}");
}
