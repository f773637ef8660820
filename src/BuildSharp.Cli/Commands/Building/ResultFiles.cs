using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Output;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Files that verbs write results to (buildah-build(1), --iidfile and --metadata-file), without a final newline.</summary>
internal static class ResultFiles
{
    /// <summary>Checks before the work that the result files can probably be written, so that a long build does not fail at its
    /// end.</summary>
    /// <param name="call">The command.</param>
    /// <param name="flags">Names of the flags whose values are files.</param>
    /// <exception cref="BuildSharpException">The directory of a file does not exist, or the file is a directory.</exception>
    public static void Require(Invocation call, params IEnumerable<string> flags)
    {
        foreach (var flag in flags)
        {
            if (call.Flags.NonEmptyText(flag) is { } file)
            {
                RequirePlace(call, flag, file);
            }
        }
    }

    /// <summary>Refuses flags whose file holds the result of one image, when several images are built.</summary>
    /// <exception cref="BuildSharpException">Such a flag is given.</exception>
    public static void RefuseForSeveral(Invocation call)
    {
        foreach (var (flag, what) in new[] { ("iidfile", "iidfile"), ("iidfile-raw", "iidfile-raw"), ("metadata-file", "metadata file") })
        {
            if (call.Flags.NonEmptyText(flag) is { } file)
            {
                var content = flag == "metadata-file" ? "information about one image" : "one image ID";
                throw new BuildSharpException($"building multiple images, but {what} {GoQuoting.Quote(file)} can only be used to store {content}");
            }
        }
    }

    /// <summary>Like <see cref="Require"/>, for one file.</summary>
    public static void RequirePlace(Invocation call, string flag, string file)
    {
        var path = Path.GetFullPath(file, call.Surroundings.WorkingDirectory);
        if (Directory.Exists(path))
        {
            throw new BuildSharpException($"--{flag}: open {file}: is a directory");
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new BuildSharpException($"--{flag}: open {file}: {FileStatus.WhyMissing(path)}");
        }
    }

    /// <summary>Writes an ID to the file of a flag; false when the flag is absent.</summary>
    public static bool WriteId(Invocation call, string flag, string id)
    {
        if (call.Flags.NonEmptyText(flag) is not { } file)
        {
            return false;
        }

        File.WriteAllText(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), id);
        return true;
    }

    /// <summary>Writes the file of <c>--metadata-file</c>, if the flag is given.</summary>
    /// <param name="call">The command.</param>
    /// <param name="image">The image.</param>
    /// <param name="manifest">Its manifest, as stored.</param>
    public static void WriteMetadata(Invocation call, StoredImage image, ReadOnlySpan<byte> manifest) => WriteMetadata(call, image.Id, image.Names, manifest);

    /// <summary>Writes what <c>--metadata-file</c> asks for, of an image that need not be in the store.</summary>
    public static void WriteMetadata(Invocation call, string id, IReadOnlyList<string> names, ReadOnlySpan<byte> manifest)
    {
        if (call.Flags.NonEmptyText("metadata-file") is not { } file)
        {
            return;
        }

        var digest = Digest.Sha256(manifest).ToString();
        var facts = InfoVerb.Map(
        [
            ("containerimage.config.digest", new GoValue.Text("sha256:" + id)),
            ("containerimage.descriptor", new GoValue.Struct("v1.Descriptor",
            [
                new GoField("MediaType", "mediaType", new GoValue.Text(ManifestBlob.GuessMediaType(manifest))),
                new GoField("Digest", "digest", new GoValue.Text(digest)),
                new GoField("Size", "size", new GoValue.Integer(manifest.Length)),
            ])),
            ("containerimage.digest", new GoValue.Text(digest)),
            .. names.Count == 0 ? Array.Empty<(string, GoValue)>() : [("image.name", new GoValue.Text(string.Join(',', names)))],
        ]);
        File.WriteAllText(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), GoValueJson.Compact(facts));
    }
}
