using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>The files that verbs write results to (cli.md §3.5); none ends in a newline.</summary>
internal static class ResultFiles
{
    /// <summary>Writes an ID to the file that a flag names; false when the flag was not given.</summary>
    public static bool WriteId(Invocation call, string flag, string id)
    {
        if (call.Flags.NonEmptyText(flag) is not { } file)
            return false;

        File.WriteAllText(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), id);
        return true;
    }

    /// <summary>Writes <c>--metadata-file</c>, if it was given.</summary>
    /// <param name="manifest">The image's manifest, as stored.</param>
    public static void WriteMetadata(Invocation call, string imageId, ReadOnlySpan<byte> manifest)
    {
        if (call.Flags.NonEmptyText("metadata-file") is not { } file)
            return;

        var digest = Digest.Sha256(manifest).ToString();
        var facts = InfoVerb.Map(
        [
            ("containerimage.config.digest", new GoValue.Text("sha256:" + imageId)),
            ("containerimage.descriptor", new GoValue.Struct("v1.Descriptor",
            [
                new GoField("MediaType", "mediaType", new GoValue.Text(ManifestBlob.GuessMediaType(manifest))),
                new GoField("Digest", "digest", new GoValue.Text(digest)),
                new GoField("Size", "size", new GoValue.Integer(manifest.Length)),
            ])),
            ("containerimage.digest", new GoValue.Text(digest)),
        ]);
        File.WriteAllText(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), GoValueJson.Compact(facts));
    }
}
