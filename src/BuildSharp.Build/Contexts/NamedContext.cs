using BuildSharp.Containers.Fetching;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Transports;

namespace BuildSharp.Build.Contexts;

/// <summary>A context of <c>--build-context</c>, which FROM and COPY --from can name. Each kind is a nested record.</summary>
public abstract record NamedContext
{
    private static readonly string[] ImagePrefixes = ["docker-image://", "container-image://", "docker://"];

    private protected NamedContext()
    {
    }

    /// <summary>Parses <c>name=place</c> values.</summary>
    /// <param name="texts">Values of the flag.</param>
    /// <param name="here">Directory that relative paths start from.</param>
    /// <exception cref="BuildSharpException">A value lacks its name or place, or the place does not exist.</exception>
    public static IReadOnlyDictionary<string, NamedContext> ReadAll(IEnumerable<string> texts, string here)
    {
        var contexts = new Dictionary<string, NamedContext>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var parts = text.Split('=', 2);
            if (parts is not [{ Length: > 0 } name, { Length: > 0 } place])
            {
                throw new BuildSharpException($"while parsing additional build context: [\"{text}\"], accepts value in the form of key=value");
            }

            contexts[name] = Read(name, place, here);
        }
        return contexts;
    }

    private static NamedContext Read(string name, string place, string here)
    {
        if (ImagePrefixes.FirstOrDefault(prefix => place.StartsWith(prefix, StringComparison.Ordinal)) is { } image)
        {
            return new ImageContext(place[image.Length..]);
        }

        if (LayoutContext.TryRead(name, place, here) is { } layout)
        {
            return layout;
        }

        if (RemoteSource.IsFile(place) || GitAddress.TryParse(place, github: !Directory.Exists(Path.Combine(here, place))) is not null)
        {
            return new RemoteContext(place);
        }

        var path = Path.GetFullPath(place, here);
        if (Directory.Exists(path))
        {
            return new DirectoryContext(Path.TrimEndingDirectorySeparator(path));
        }

        if (File.Exists(path))
        {
            return new ArchiveContext(path);
        }

        if (TransportTable.TryParse(place, out _))
        {
            return new ImageContext(place);
        }

        throw new BuildSharpException(
            $"--build-context {name}={place}: {FileStatus.WhyMissing(path)}; an image is written docker-image://{place}, a layout oci-layout://{place}");
    }
}

/// <summary>An image in the store or behind a transport.</summary>
/// <param name="Name">In the form of FROM.</param>
public sealed record ImageContext(string Name) : NamedContext;

/// <summary>A local directory.</summary>
/// <param name="Path">Absolute path.</param>
public sealed record DirectoryContext(string Path) : NamedContext;

/// <summary>A local tar, compressed or not.</summary>
/// <param name="Path">Absolute path.</param>
public sealed record ArchiveContext(string Path) : NamedContext;

/// <summary>URL of a tar or a git repository, fetched on first use.</summary>
/// <param name="Address">As given.</param>
public sealed record RemoteContext(string Address) : NamedContext;
