using BuildSharp.Build;
using BuildSharp.Build.Contexts;
using BuildSharp.Cli.Commands.WorkingContainers;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Finds the inputs of a build: the context, the Containerfiles and the ignore file (buildah-build(1)).</summary>
internal sealed record Containerfiles(IReadOnlyList<SourceText> Sources, BuildContext Context)
{
    private static readonly string[] IgnoreSuffixes = [".dockerignore", ".containerignore"];

    /// <exception cref="BuildSharpException">A file or directory does not exist, or cannot be fetched.</exception>
    public static async Task<Containerfiles> FindAsync(Invocation call, Fetcher fetcher, CancellationToken cancellation)
    {
        var context = await ContextArgument.FindAsync(call, fetcher, cancellation).ConfigureAwait(false);
        var reader = new Reader(context, call, fetcher);
        var found = new List<Found>();
        foreach (var file in call.Flags.All("file"))
        {
            found.Add(await reader.ReadAsync(file, cancellation).ConfigureAwait(false));
        }

        if (found.Count == 0)
        {
            found.Add(await reader.ReadImpliedAsync(cancellation).ConfigureAwait(false));
        }

        return new Containerfiles([.. found.Select(file => file.Text)], reader.WithIgnoreFile(found));
    }

    /// <summary>The ignore file of one Containerfile, such as <c>app.Dockerfile.dockerignore</c>; null when there is none.</summary>
    public static string? IgnoreFileOf(string path) => IgnoreSuffixes.Select(suffix => path + suffix).FirstOrDefault(File.Exists);

    /// <summary>One Containerfile.</summary>
    /// <param name="Text">Its content.</param>
    /// <param name="Path">Path on this machine, or relative to a foreign context's root; null for standard input and downloads.</param>
    /// <param name="IsForeign">Whether it came with a foreign context.</param>
    private sealed record Found(SourceText Text, string? Path = null, bool IsForeign = false);

    private sealed class Reader(ContextArgument context, Invocation call, Fetcher fetcher)
    {
        /// <summary>Reads a file that <c>-f</c> names.</summary>
        public async Task<Found> ReadAsync(string file, CancellationToken cancellation)
        {
            if (file == "-")
            {
                using var input = call.Surroundings.OpenInput();
                return new Found(await Task.Run(() => SourceText.Read(input, file), cancellation).WaitAsync(cancellation).ConfigureAwait(false));
            }

            if (RemoteSource.IsFile(file))
            {
                var fetched = await fetcher.DownloadAsync(file, null, cancellation).ConfigureAwait(false);
                return new Found(await TextAsync(File.ReadAllBytes(fetched.Path), file, file, cancellation).ConfigureAwait(false));
            }

            // Look for a relative name in the working directory first, then in the context.
            var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(file, call.Surroundings.WorkingDirectory));
            if (!File.Exists(path) && context.Foreign?.TryRead(file) is { } foreign)
            {
                return new Found(await TextAsync(foreign, file, file, cancellation).ConfigureAwait(false), file, IsForeign: true);
            }

            if (!File.Exists(path) && context.Foreign?.Has(file) == true)
            {
                throw NoFile(file);
            }

            if (!File.Exists(path) && context.Foreign is null && File.Exists(Path.Combine(context.Directory, file)))
            {
                path = Path.Combine(context.Directory, file);
            }

            return await ReadAsync(path, file, cancellation).ConfigureAwait(false);
        }

        /// <summary>Reads the default file of the context. Messages show its path as the user would type it: the context as typed, then the
        /// file name.</summary>
        public async Task<Found> ReadImpliedAsync(CancellationToken cancellation)
        {
            IEnumerable<string> names = context.Containerfile is { } only ? [only] : ["Containerfile", "Dockerfile"];
            if (context.Foreign is { } foreign)
            {
                foreach (var name in names)
                {
                    if (foreign.TryRead(name) is { } bytes)
                    {
                        return new Found(SourceText.FromBytes(bytes, foreign.IsDockerfileAlone ? context.Typed : name), name, IsForeign: true);
                    }

                    if (foreign.Has(name))
                    {
                        throw NoFile(name);
                    }
                }
            }
            else if (names.FirstOrDefault(name => Status(name) is not null) is { } there)
            {
                // Reject a pipe or directory here: reading a pipe would block.
                if (Status(there) is { IsRegular: false })
                {
                    throw NoFile(Path.Combine(context.Directory, there));
                }

                var shown = context.Containerfile is not null ? context.Typed : context.Typed == "." ? there : Path.Combine(context.Typed, there);
                return await ReadAsync(Path.Combine(context.Directory, there), shown, cancellation).ConfigureAwait(false);
            }

            var missing = Path.Combine(context.Directory, "Dockerfile");
            throw new BuildSharpException(
                $"cannot find Containerfile or Dockerfile in context directory: stat {missing}: {FileStatus.WhyMissing(missing)}");
        }

        /// <summary>The context with its ignore file: <c>--ignorefile</c>, else that of the first Containerfile that has its own, else the
        /// context's.</summary>
        public BuildContext WithIgnoreFile(IEnumerable<Found> files)
        {
            if (call.Flags.NonEmptyText("ignorefile") is { } given)
            {
                return BuildContext.OfDirectory(context.Directory, IgnoreFiles.Require(given, call)) with { IsLasting = context.Foreign is null };
            }

            foreach (var file in files.Where(file => file.Path is not null))
            {
                foreach (var path in IgnoreSuffixes.Select(suffix => file.Path + suffix))
                {
                    if (file.IsForeign && context.Foreign!.TryRead(path) is { } bytes)
                    {
                        return new BuildContext(context.Directory, IgnoreFile.Parse(LosslessUtf8.Decode(bytes), Path.GetFileName(path)), Path.Combine(context.Directory, path));
                    }

                    if (!file.IsForeign && File.Exists(path))
                    {
                        return BuildContext.OfDirectory(context.Directory, path) with { IsLasting = context.Foreign is null };
                    }
                }
            }

            return context.Foreign?.Open() ?? BuildContext.OfDirectory(context.Directory);
        }

        /// <summary>Status of a path in the context; null when it does not exist.</summary>
        private FileStatus? Status(string name)
        {
            try
            {
                return FileStatus.TryOf(Path.Combine(context.Directory, name), out var status, followLinks: true) ? status : null;
            }
            catch (LinuxException)
            {
                // The caller reports why the file is missing.
                return null;
            }
        }

        private static BuildSharpException NoFile(string path) =>
            new($"assumed Containerfile {GoQuoting.Quote(path)} is not a file; give the file with -f");

        private async Task<Found> ReadAsync(string path, string shown, CancellationToken cancellation)
        {
            if (Directory.Exists(path))
            {
                throw new BuildSharpException($"containerfile: {GoQuoting.Quote(shown)} cannot be path to a directory");
            }

            return File.Exists(path)
                ? new Found(await TextAsync(File.ReadAllBytes(path), path, shown, cancellation).ConfigureAwait(false), path)
                : throw new BuildSharpException($"the specified Containerfile or Dockerfile does not exist: stat {path}: {FileStatus.WhyMissing(path)}");
        }

        private async Task<SourceText> TextAsync(byte[] bytes, string path, string shown, CancellationToken cancellation)
        {
            if (!path.EndsWith(".in", StringComparison.Ordinal))
            {
                return SourceText.FromBytes(bytes, shown);
            }

            var fromEnvironment = call.Surroundings.Environment.GetValueOrDefault("BUILDAH_CPPFLAGS") is { Length: > 0 } words
                ? CommandWords.Split(words, "cpp-flag")
                : [];
            var (text, complaint) = await new Preprocessor(fetcher)
                .RunAsync(shown, bytes, context.Directory, [.. fromEnvironment, .. call.Flags.All("cpp-flag")], cancellation).ConfigureAwait(false);
            if (complaint is not null)
            {
                call.Log.Warning($"Ignoring {complaint}");
            }

            return SourceText.FromBytes(text, shown);
        }
    }
}
