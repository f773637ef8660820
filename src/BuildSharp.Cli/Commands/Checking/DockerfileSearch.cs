using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace BuildSharp.Cli.Commands.Checking;

/// <summary>Finds the Dockerfiles of a repository by patterns.</summary>
/// <remarks>Patterns follow Microsoft.Extensions.FileSystemGlobbing: <c>*</c> matches within a name, <c>**</c> any directories. A leading
/// <c>!</c> excludes. Directories that begin with a dot or that git ignores are searched only when a pattern names them.</remarks>
internal sealed class DockerfileSearch
{
    private static readonly string[] Everywhere = ["**/Dockerfile*", "**/Containerfile*", "**/*.Dockerfile", "**/*.Containerfile"];

    // These names match a pattern for Dockerfiles, as in "Dockerfile.dockerignore".
    private static readonly string[] IgnoreFiles = ["**/*.dockerignore", "**/*.containerignore"];

    private readonly string _root;
    private readonly IReadOnlySet<string> _ignored;

    /// <param name="root">Directory that patterns are relative to.</param>
    /// <param name="ignored">Full paths of directories to skip, without a final slash.</param>
    public DockerfileSearch(string root, IReadOnlySet<string> ignored) => (_root, _ignored) = (root, ignored);

    /// <summary>Paths of the matching files in byte order; relative to the root for files below it.</summary>
    /// <param name="patterns">The patterns; none finds every file with a usual Dockerfile name.</param>
    /// <exception cref="BuildSharpException">A pattern without wildcards names no file, or no file matches.</exception>
    public IReadOnlyList<string> Find(IReadOnlyList<string> patterns)
    {
        var included = patterns.Where(pattern => pattern[0] != '!').ToList();
        var excluded = patterns.Where(pattern => pattern[0] == '!').Select(pattern => pattern[1..]).ToList();
        var wildcards = included.Count == 0 ? [.. Everywhere] : included.Where(pattern => pattern.Contains('*')).ToList();
        var found = new SortedSet<string>(StringComparer.Ordinal);

        // A file given by its full name may lie outside the root.
        foreach (var named in included.Where(pattern => !pattern.Contains('*')))
        {
            var path = Path.GetFullPath(named, _root);
            found.Add(File.Exists(path)
                ? named
                : throw new BuildSharpException($"{named}: {(Directory.Exists(path) ? $"this is a directory; its Dockerfiles are \"{named.TrimEnd('/')}/**/Dockerfile*\"" : FileStatus.WhyMissing(path))}"));
        }

        if (wildcards.Count > 0)
        {
            var matcher = new Matcher(StringComparison.Ordinal);
            matcher.AddIncludePatterns(wildcards);
            matcher.AddExcludePatterns(excluded);
            matcher.AddExcludePatterns(IgnoreFiles);
            var spelled = wildcards.SelectMany(pattern => pattern.Split('/')).ToHashSet(StringComparer.Ordinal);
            found.UnionWith(matcher.Execute(new SearchedDirectory(new DirectoryInfo(_root), Skips)).Files.Select(match => match.Path));

            bool Skips(DirectoryInfo directory) =>
                !spelled.Contains(directory.Name) && (directory.Name[0] == '.' || _ignored.Contains(directory.FullName));
        }

        return found.Count > 0 ? [.. found] : throw new BuildSharpException(
            $"no Dockerfile to check: nothing below {_root} matches {string.Join(' ', included.Count == 0 ? Everywhere : patterns)}");
    }

    /// <summary>A directory as the glob matcher walks it. Symbolic links to directories are skipped, because they can form
    /// cycles.</summary>
    private sealed class SearchedDirectory(DirectoryInfo directory, Func<DirectoryInfo, bool> skips) : DirectoryInfoBase
    {
        private readonly DirectoryInfoWrapper _plain = new(directory);

        public override string Name => _plain.Name;

        public override string FullName => _plain.FullName;

        public override DirectoryInfoBase? ParentDirectory => _plain.ParentDirectory;

        public override IEnumerable<FileSystemInfoBase> EnumerateFileSystemInfos()
        {
            foreach (var entry in directory.EnumerateFileSystemInfos())
            {
                if (entry is FileInfo file)
                {
                    yield return new FileInfoWrapper(file);
                }
                else if (entry is DirectoryInfo { LinkTarget: null } below && !skips(below))
                {
                    yield return new SearchedDirectory(below, skips);
                }
            }
        }

        public override DirectoryInfoBase? GetDirectory(string path) => _plain.GetDirectory(path);

        public override FileInfoBase? GetFile(string path) => _plain.GetFile(path);
    }
}
