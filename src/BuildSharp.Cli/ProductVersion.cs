namespace BuildSharp.Cli;

/// <summary>The numbers this program answers with.</summary>
internal static class ProductVersion
{
    /// <summary>This product's own version; the assembly's is the same, and a test holds them together.</summary>
    public const string BuildSharp = "0.1.0";

    /// <summary>The release of buildah whose command line is spoken. Scripts compare the third word of <c>--version</c> with the
    /// release in which a flag of theirs appeared, so this and not our own number stands there.</summary>
    public const string CommandLine = "1.43.2";

    /// <summary>The image specification followed.</summary>
    public const string ImageSpec = "1.1.1";

    /// <summary>The runtime specification followed.</summary>
    public const string RuntimeSpec = "1.2.1";

    /// <summary>The release of the Go image library whose transports are spoken; <c>version</c> has a line for it.</summary>
    public const string ImageLibrary = "5.39.2";

    /// <summary>What <c>--version</c> prints.</summary>
    public static string Line(string program) => $"{program} version {CommandLine} (image-spec {ImageSpec}, runtime-spec {RuntimeSpec})";
}
