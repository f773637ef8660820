using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>Names of manifest formats on the command line.</summary>
internal static class ImageFormat
{
    /// <summary><c>--format</c> of <c>from</c>, <c>commit</c> and <c>bud</c>.</summary>
    public static FlagDefinition FlagWith(char? shorthand) =>
        Flag.Text("format", "format of the image: oci or docker", shorthand, standard: "oci", variable: "BUILDAH_FORMAT", value: "format") with { Values = ["oci", "docker"] };

    /// <summary>Manifest media type for a format name.</summary>
    /// <exception cref="BuildSharpException">The format is unknown.</exception>
    public static string MediaTypeOf(string format) => format switch
    {
        "oci" or MediaType.OciManifest => MediaType.OciManifest,
        "docker" or MediaType.DockerManifest => MediaType.DockerManifest,
        "json" or "text" => throw new BuildSharpException($"unrecognized image type {GoQuoting.Quote(format)}: only \"build --check\" has that format"),
        _ => throw new BuildSharpException($"unrecognized image type {GoQuoting.Quote(format)}: known are oci and docker"),
    };

    /// <summary>Manifest media type for <c>manifest push --format</c>; null when the flag is absent.</summary>
    /// <exception cref="BuildSharpException">The format is unknown.</exception>
    public static string? MediaTypeOfListPush(string? format) => format is null or "" or "oci" or "v2s2" or "docker"
        ? MediaTypeOfPush(format)
        : throw new BuildSharpException($"unknown format {GoQuoting.Quote(format)}. Choose on of the supported formats: 'oci' or 'v2s2'");

    /// <summary>Manifest media type for <c>push --format</c>; null when the flag is absent.</summary>
    /// <exception cref="BuildSharpException">The format is unknown, or obsolete (Docker schema 1).</exception>
    public static string? MediaTypeOfPush(string? format) => format switch
    {
        null or "" => null,
        "oci" => MediaType.OciManifest,
        "v2s2" or "docker" => MediaType.DockerManifest,
        "v2s1" => throw new BuildSharpException("--format v2s1 is not supported yet: schema 1 manifests are not written"),
        _ => throw new BuildSharpException(
            $"unknown format {GoQuoting.Quote(format)}. Choose on of the supported formats: 'oci', 'v2s1', or 'v2s2'"),
    };
}
