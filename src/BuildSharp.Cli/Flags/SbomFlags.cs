namespace BuildSharp.Cli.Flags;

/// <summary>SBOM: software bill of materials for the image (buildah-build(1)).</summary>
internal static class SbomFlags
{
    private const string Reason = "no scanner is run over the image";

    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.Text("sbom", "preset of a scanner", value: "preset").Refuse(Reason),
        Flag.Text("sbom-scanner-image", "image of the scanner", value: "image").Refuse(Reason),
        Flag.List("sbom-scanner-command", "command of the scanner", value: "command").Refuse(Reason),
        Flag.Text("sbom-merge-strategy", "how results are merged", value: "strategy").Refuse(Reason),
        Flag.Text("sbom-output", "file for the result", value: "file").Refuse(Reason),
        Flag.Text("sbom-image-output", "path of the result in the image", value: "path").Refuse(Reason),
        Flag.Text("sbom-purl-output", "file for the package URLs", value: "file").Refuse(Reason),
        Flag.Text("sbom-image-purl-output", "path of the package URLs in the image", value: "path").Refuse(Reason),
    ];
}
