using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>One <c>build --output</c>: a directory or tar that receives the files of the image, in addition to the store
/// (buildah-build(1)).</summary>
/// <param name="IsTar">True for a tar, false for a directory.</param>
/// <param name="Path">Path of the directory or tar; null for standard output.</param>
internal sealed record BuildOutput(bool IsTar, string? Path)
{
    /// <summary>Whether the tar goes to standard output.</summary>
    public bool IsStandardOutput => Path is null;

    /// <summary>Parses <c>-</c>, the name of a directory, or <c>type=local|tar,dest=PATH</c>.</summary>
    /// <exception cref="BuildSharpException">The text has none of these forms.</exception>
    public static BuildOutput Parse(string text)
    {
        if (text == "-")
        {
            return new BuildOutput(IsTar: true, Path: null);
        }

        if (text.Length > 0 && !text.Contains('=', StringComparison.Ordinal) && !text.Contains(',', StringComparison.Ordinal))
        {
            return new BuildOutput(IsTar: false, text);
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in text.Split(','))
        {
            if (option.Split('=', 2) is not [var key, var value])
            {
                throw new BuildSharpException($"invalid build output options {GoQuoting.Quote(text)}, expected format key=value");
            }

            if (key is not ("type" or "dest"))
            {
                throw new BuildSharpException($"unrecognized key {GoQuoting.Quote(key)} in build output option: {GoQuoting.Quote(text)}");
            }

            if (!values.TryAdd(key, value))
            {
                throw new BuildSharpException($"duplicate {GoQuoting.Quote(key)} in build output option: {GoQuoting.Quote(text)}");
            }
        }

        return Read(values, text);
    }

    /// <summary>Checks before the build that the output can probably be written, so that a long build does not fail at its end.</summary>
    /// <exception cref="BuildSharpException">The tar's directory does not exist, or the output directory is a file.</exception>
    public void Require(Invocation call)
    {
        if (Path is null)
        {
            return;
        }

        if (IsTar)
        {
            ResultFiles.RequirePlace(call, "output", Path);
        }
        else if (File.Exists(System.IO.Path.GetFullPath(Path, call.Surroundings.WorkingDirectory)))
        {
            throw new BuildSharpException($"--output: {Path}: is a file, not a directory");
        }
    }

    /// <summary>Writes the files of an image.</summary>
    public void Write(Store store, StoredImage image, Invocation call)
    {
        var path = Path is null ? null : System.IO.Path.GetFullPath(Path, call.Surroundings.WorkingDirectory);
        using var tar = image.TopLayer is { } layer ? store.Layers.OpenFlattenedTar(layer) : null;
        if (!IsTar)
        {
            Directory.CreateDirectory(path!);
            if (tar is null)
            {
                return;
            }

            using var root = DirectoryHandle.Open(path!);
            new LayerApplier(root, LayerApplierOptions.Archive).Extract(tar.Content, $"files of image {image.Id}");
            return;
        }

        call.Out.Flush();
        using var output = path is null ? call.Surroundings.OpenOutput() : File.Create(path);
        // An empty tar is two blocks of zeros.
        if (tar is null)
        {
            output.Write(new byte[1024]);
        }
        else
        {
            tar.Content.CopyTo(output);
        }
    }

    private static BuildOutput Read(Dictionary<string, string> values, string text)
    {
        if (!values.TryGetValue("type", out var type))
        {
            throw Missing("type");
        }

        if (type is not ("local" or "tar"))
        {
            throw new BuildSharpException($"invalid type {GoQuoting.Quote(type)} selected for build output options {GoQuoting.Quote(text)}");
        }

        if (!values.TryGetValue("dest", out var destination) || destination.Length == 0)
        {
            throw Missing("dest");
        }

        if (destination != "-")
        {
            return new BuildOutput(type == "tar", destination);
        }

        return type == "tar"
            ? new BuildOutput(IsTar: true, Path: null)
            : throw new BuildSharpException($"\"type=local\" can not be used with \"dest=-\" in build output option: {GoQuoting.Quote(text)}");

        BuildSharpException Missing(string key) => new($"missing required key {GoQuoting.Quote(key)} in build output option: {GoQuoting.Quote(text)}");
    }
}
