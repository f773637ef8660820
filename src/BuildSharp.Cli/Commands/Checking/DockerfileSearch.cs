using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace BuildSharp.Cli.Commands.Checking;

/// <summary>Finds the Dockerfiles of a repository by patterns.</summary>
/// <remarks>Patterns are those of Microsoft.Extensions.FileSystemGlobbing: <c>*</c> within a name, <c>**</c> for any directories. A leading
/// <c>!</c> leaves out what it matches. Directories whose name begins with a dot, and those that git ignores, are not searched, unless a
/// pattern names them.</remarks>
internal sealed class DockerfileSearch
{
    private static readonly string[] Everywhere = ["**/Dockerfile*", "**/Containerfile*", "**/*.Dockerfile", "**/*.Containerfile"];

    // Their names begin like a Dockerfile's: Dockerfile.dockerignore.
    private static readonly string[] IgnoreFiles = ["**/*.dockerignore", "**/*.containerignore"];

    private readonly string _root;
    private readonly IReadOnlySet<string> _ignored;

    /// <param name="root">The directory that patterns start from.</param>
    /// <param name="ignored">Paths of directories that are not searched, without a slash at the end.</param>
    public DockerfileSearch(string root, IReadOnlySet<string> ignored) => (_root, _ignored) = (root, ignored);

    /// <summary>The paths of the files, relative to the root where they lie below it, in byte order.</summary>
    /// <param name="patterns">The patterns; none stands for every file with a usual name.</param>
    /// <exception cref="BuildSharpException">A pattern without wildcards names no file, or nothing is found.</exception>
    public IReadOnlyList<string> Find(IReadOnlyList<string> patterns)
    {
        var included = patterns.Where(pattern => pattern[0] != '!').ToList();
        var excluded = patterns.Where(pattern => pattern[0] == '!').Select(pattern => pattern[1..]).ToList();
        var wildcards = included.Count == 0 ? [.. Everywhere] : included.Where(pattern => pattern.Contains('*')).ToList();
        var found = new SortedSet<string>(StringComparer.Ordinal);

        // A file that is named in full is checked wherever it lies.
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

    /// <summary>A directory as the matcher walks it. Links to directories are not followed: they may lead round in circles.</summary>
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
