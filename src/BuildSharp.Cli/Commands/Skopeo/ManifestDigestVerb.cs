using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary><c>manifest-digest FILE</c>: prints the digest of a manifest.</summary>
internal sealed class ManifestDigestVerb : SkopeoVerb
{
    public override string Synopsis => "FILE";

    public override string Summary => "Print the digest of a manifest file";

    public override IReadOnlyList<string> Examples => ["manifest-digest manifest.json"];

    public override ArgumentRule Arguments { get; } =
        new(1, "Usage: skopeo manifest-digest manifest", 1, "Usage: skopeo manifest-digest manifest");

    protected override IEnumerable<FlagDefinition> OwnFlags => [];

    public override bool Waits(Invocation call) => false;

    protected override Task<int> RunVerbAsync(Invocation call, CancellationToken cancellation)
    {
        var path = call.Positionals[0];
        try
        {
            var file = new FileInfo(Path.GetFullPath(path, call.Surroundings.WorkingDirectory));
            if (file.Exists && file.Length > ImageManifest.SizeLimit)
            {
                throw new BuildSharpException($"{path} has {file.Length:N0} bytes; a manifest has at most {ImageManifest.SizeLimit:N0}");
            }

            var manifest = File.ReadAllBytes(file.FullName);
            if (manifest.AsSpan().IndexOf("\"fsLayers\""u8) >= 0)
            {
                throw new BuildSharpException($"{path} is a manifest of schema 1, which is not supported");
            }

            call.Out.WriteLine(Digest.Sha256(manifest));
            return Task.FromResult(0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"Error reading manifest from {path}: {FileErrorText.Of(error)}", error);
        }
    }
}
