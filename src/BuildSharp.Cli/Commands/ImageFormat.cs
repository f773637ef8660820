using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>The words for manifest formats.</summary>
internal static class ImageFormat
{
    /// <summary><c>--format</c> of <c>from</c>, <c>commit</c> and <c>bud</c>.</summary>
    public static FlagDefinition FlagWith(char? shorthand) =>
        Flag.Text("format", "format of the image: oci or docker", shorthand, standard: "oci", variable: "BUILDAH_FORMAT", value: "format");

    /// <summary>The media type of manifests of that format.</summary>
    /// <exception cref="BuildSharpException">There is no such format.</exception>
    public static string MediaTypeOf(string format) => format switch
    {
        "oci" or MediaType.OciManifest => MediaType.OciManifest,
        "docker" or MediaType.DockerManifest => MediaType.DockerManifest,
        "json" or "text" => throw new BuildSharpException($"unrecognized image type {GoQuoting.Quote(format)}: only \"build --check\" has that format"),
        _ => throw new BuildSharpException($"unrecognized image type {GoQuoting.Quote(format)}: known are oci and docker"),
    };

    /// <summary>The media type of images that <c>manifest push --format</c> asks for, or null when it does not.</summary>
    /// <exception cref="BuildSharpException">There is no such format.</exception>
    public static string? MediaTypeOfListPush(string? format) => format is null or "" or "oci" or "v2s2" or "docker"
        ? MediaTypeOfPush(format)
        : throw new BuildSharpException($"unknown format {GoQuoting.Quote(format)}. Choose on of the supported formats: 'oci' or 'v2s2'");

    /// <summary>The media type <c>push --format</c> asks for, or null when it does not.</summary>
    /// <exception cref="BuildSharpException">There is no such format, or it is one that nobody should write any more.</exception>
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
