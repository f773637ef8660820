using BuildSharp.Build;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Finds what to build: the context, the Containerfiles, the ignore file (cli.md §5.2).</summary>
internal sealed record Containerfiles(IReadOnlyList<SourceText> Sources, BuildContext Context)
{
    /// <exception cref="BuildSharpException">There is no such file or directory, or it would have to be fetched.</exception>
    public static Containerfiles Find(Invocation call, TypedContext typed)
    {
        var given = call.Flags.All("file");
        var (directory, implied) = FindContext(call, typed);
        var sources = given.Count > 0
            ? given.Select(file => Read(file, file, directory, call, typed)).ToList()
            : [ReadImplied(directory, implied ?? FindIn(directory), call, typed)];
        var ignoreFile = FindIgnoreFile(sources[0].Path, directory, call);
        var ignored = ignoreFile is null ? null : IgnoreFile.Parse(File.ReadAllText(ignoreFile));
        return new Containerfiles([.. sources.Select(source => source.Text)], new BuildContext(directory, ignored, ignoreFile));
    }

    // The context is a directory; a file stands for itself as Containerfile and for its directory; "-" for standard input.
    private static (string Directory, string? Containerfile) FindContext(Invocation call, TypedContext typed)
    {
        var here = call.Surroundings.WorkingDirectory;
        var context = call.Positionals.Count > 0 ? call.Positionals[0] : ".";
        if (context == "-")
        {
            typed.Read();
            return typed.Directory is { } unpacked ? (unpacked, null) : (here, "-");
        }

        var isRemote = context.Contains("://", StringComparison.Ordinal) || context.StartsWith("github.com/", StringComparison.Ordinal)
            || context.StartsWith("git@", StringComparison.Ordinal);
        var path = Path.GetFullPath(context, here);
        if (Directory.Exists(path))
            return (Path.TrimEndingDirectorySeparator(path), null);

        if (File.Exists(path))
            return (Path.GetDirectoryName(path)!, path);

        throw new BuildSharpException(isRemote
            ? $"{context}: contexts on the network are not supported yet; fetch it first"
            : $"context directory {context}: no such file or directory");
    }

    private static string FindIn(string directory)
    {
        foreach (var name in new[] { "Containerfile", "Dockerfile" })
        {
            var path = Path.Combine(directory, name);
            if (File.Exists(path))
                return path;
        }

        throw new BuildSharpException(
            $"cannot find Containerfile or Dockerfile in context directory: stat {Path.Combine(directory, "Dockerfile")}: no such file or directory");
    }

    /// <summary>A Containerfile nobody named is called what its user would call it: the context as typed and the file in it.</summary>
    private static (SourceText Text, string? Path) ReadImplied(string directory, string path, Invocation call, TypedContext typed)
    {
        var context = call.Positionals.Count > 0 ? call.Positionals[0] : ".";
        var name = Path.GetFileName(path);
        var shown = context is "." or "-" ? name : Directory.Exists(Path.GetFullPath(context, call.Surroundings.WorkingDirectory)) ? Path.Combine(context, name) : context;
        return Read(path, path == "-" ? path : shown, directory, call, typed);
    }

    /// <param name="file">A path, or <c>-</c>.</param>
    /// <param name="shown">What messages call it.</param>
    private static (SourceText Text, string? Path) Read(string file, string shown, string directory, Invocation call, TypedContext typed)
    {
        if (file == "-" && typed.Containerfile is { } text)
            return (text, null);

        if (file == "-")
        {
            using var input = call.Surroundings.OpenInput();
            using var bytes = new MemoryStream();
            input.CopyTo(bytes);
            return (SourceText.FromBytes(bytes.ToArray(), "-"), null);
        }

        if (file.Contains("://", StringComparison.Ordinal))
            throw new BuildSharpException($"{file}: Containerfiles on the network are not supported yet; fetch it first");

        if (file.EndsWith(".in", StringComparison.Ordinal))
            throw new BuildSharpException($"{file}: Containerfiles for the preprocessor (.in) are not supported yet");

        // A relative name is looked for here first, then in the context.
        var path = Path.GetFullPath(file, call.Surroundings.WorkingDirectory);
        if (!File.Exists(path) && File.Exists(Path.Combine(directory, file)))
            path = Path.Combine(directory, file);

        if (Directory.Exists(path))
            throw new BuildSharpException($"containerfile: {GoText.Quote(path)} cannot be path to a directory");

        return File.Exists(path)
            ? (SourceText.FromBytes(File.ReadAllBytes(path), shown), path)
            : throw new BuildSharpException($"the specified Containerfile or Dockerfile does not exist: stat {path}: no such file or directory");
    }

    private static string? FindIgnoreFile(string? containerfile, string directory, Invocation call)
    {
        var given = call.Flags.NonEmptyText("ignorefile");
        if (given is null && containerfile is not null)
        {
            foreach (var suffix in new[] { ".containerignore", ".dockerignore" })
            {
                if (File.Exists(containerfile + suffix))
                    return containerfile + suffix;
            }
        }

        return IgnoreFiles.Find(directory, given, call);
    }
}
