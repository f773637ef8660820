using System.Diagnostics.CodeAnalysis;
using BuildSharp.Oci;
using BuildSharp.Transports.ContainersStorage;
using BuildSharp.Transports.Dir;
using BuildSharp.Transports.Docker;
using BuildSharp.Transports.DockerArchive;
using BuildSharp.Transports.DockerDaemon;
using BuildSharp.Transports.OciLayout;

namespace BuildSharp.Transports;

/// <summary>The transports by name.</summary>
public static class TransportTable
{
    /// <summary>Names of the transports that <see cref="Parse"/> knows, in the order to list them.</summary>
    public static IReadOnlyList<string> KnownNames =>
        ["containers-storage", "dir", "docker", "docker-archive", "docker-daemon", "oci", "oci-archive"];

    /// <summary>Parses <c>transport:details</c>.</summary>
    /// <exception cref="BuildSharpException">The transport is unknown or the details are malformed.</exception>
    public static ImageLocation Parse(string text)
    {
        if (TryParse(text, out var location))
        {
            return location;
        }

        var colon = text.IndexOf(':');
        throw new BuildSharpException(
            colon < 0
                ? $"\"{text}\" names no transport; expected one of {string.Join(", ", KnownNames)}, then a colon"
                : $"unknown transport \"{text[..colon]}\" in \"{text}\"; known are {string.Join(", ", KnownNames)}");
    }

    /// <summary>Parses <c>transport:details</c>; false when the text does not begin with the name of a transport and may be an image
    /// name.</summary>
    /// <exception cref="BuildSharpException">The transport is known, but the details are malformed.</exception>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageLocation? location)
    {
        var colon = text.IndexOf(':');
        var details = text[(colon + 1)..];
        location = (colon < 0 ? "" : text[..colon]) switch
        {
            "oci" => OciLayoutLocation.Parse(details),
            "oci-archive" => OciArchiveLocation.Parse(details),
            "docker-archive" => DockerArchiveLocation.Parse(details),
            "containers-storage" => StorageLocation.Parse(details),
            "dir" => DirectoryLocation.Parse(details),
            // "docker:5" is the image docker with tag 5.
            "docker" when details.StartsWith("//", StringComparison.Ordinal) => RegistryLocation.Parse(details),
            "docker-daemon" => DaemonLocation.Parse(details),
            _ => null,
        };
        return location is not null;
    }
}
