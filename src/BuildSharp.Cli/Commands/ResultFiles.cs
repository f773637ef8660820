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
    public static void WriteMetadata(Invocation call, string imageId, Digest manifest)
    {
        if (call.Flags.NonEmptyText("metadata-file") is not { } file)
            return;

        var facts = InfoVerb.Map(
        [
            ("containerimage.config.digest", new GoValue.Text("sha256:" + imageId)),
            ("containerimage.digest", new GoValue.Text(manifest.ToString())),
        ]);
        File.WriteAllText(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), GoValueJson.Compact(facts));
    }
}
