using BuildSharp.Oci;

namespace BuildSharp.Cli;

/// <summary>Version numbers that the program reports.</summary>
internal static class ProductVersion
{
    /// <summary>Release of buildah whose command line is implemented. Scripts compare the third word of <c>--version</c> with the release
    /// that introduced a flag, so that word is this number and not our own.</summary>
    public const string CommandLine = "1.43.2";

    /// <summary>Version of the OCI image specification implemented.</summary>
    public const string ImageSpec = "1.1.1";

    /// <summary>Version of the OCI runtime specification implemented.</summary>
    public const string RuntimeSpec = "1.2.1";

    /// <summary>Release of containers/image whose transports are implemented; printed by <c>version</c>.</summary>
    public const string ImageLibrary = "5.39.2";

    /// <summary>Release of skopeo whose command line is implemented.</summary>
    public const string SkopeoCommandLine = "1.20.0";

    /// <summary>Output of <c>--version</c>.</summary>
    public static string Line(Surroundings surroundings) => surroundings.IsSkopeo ? $"skopeo version {SkopeoCommandLine}" : Line(surroundings.Program);

    private static string Line(string program) =>
        $"{program} version {CommandLine} (image-spec {ImageSpec}, runtime-spec {RuntimeSpec}, buildsharp {BuildSharpVersion.Number})";
}
