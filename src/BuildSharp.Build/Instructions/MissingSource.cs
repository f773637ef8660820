using System.Diagnostics.CodeAnalysis;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Build.Instructions;

/// <summary>Explains why a source of COPY or ADD was not found. Used only after the copy has failed: looks again, without following links,
/// for common mistakes.</summary>
/// <param name="addOrCopy">The instruction, expanded.</param>
/// <param name="root">Directory that its sources are relative to.</param>
/// <param name="context">The build context when the root is one; null for a stage or image.</param>
internal sealed class MissingSource(AddOrCopyInstruction addOrCopy, string root, BuildContext? context)
{
    /// <summary>Limit for the search for a file of the same name elsewhere in the root.</summary>
    private const int MostSearched = 10_000;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Finds the missing source and explains it.</summary>
    /// <returns>False when all sources exist, so that the copy failed for another reason.</returns>
    public bool TryExplain(out SourceSpan span, [NotNullWhen(true)] out IReadOnlyList<string>? hints)
    {
        (PathSource Source, Reason? Reason)[] looked = [.. addOrCopy.Sources.OfType<PathSource>().Where(source => !RemoteSource.IsRemote(source.Path))
            .Select(source => (source, ReasonFor(source.Path)))];
        var anyThere = looked.Any(pair => pair.Reason is null);
        foreach ((var source, var reason) in looked)
        {
            // A wildcard without matches is allowed when another source exists.
            if (reason is null || (anyThere && HasWildcard(source.Path) && !reason.IsCertain))
            {
                continue;
            }

            (span, hints) = (source.Span, [reason.Text]);
            return true;
        }
        (span, hints) = (default, null);
        return false;
    }

    private string Owner => context is null ? $"\"{(addOrCopy as CopyInstruction)?.From}\"" : "The context";

    /// <param name="Text">The reason, as a sentence.</param>
    /// <param name="IsCertain">Whether the source fails even if it has a wildcard and another source exists.</param>
    private sealed record Reason(string Text, bool IsCertain = false);

    /// <summary>The reason; null when the path exists, or when finding out would require following links.</summary>
    private Reason? ReasonFor(string path)
    {
        var clean = SlashPath.Clean(path.TrimStart('/'));
        if (clean.Split('/')[0] == "..")
        {
            return new Reason(Outside(path));
        }

        if (clean == "." || clean.Contains("**", StringComparison.Ordinal))
        {
            return null;
        }

        var names = clean.Split('/');
        if (names.FirstOrDefault(name => !PathGlob.TryParse(name, out _)) is { } malformed)
        {
            return new Reason(Malformed(malformed), IsCertain: true);
        }

        List<string> found = [""];
        for (var depth = 0; depth < names.Length; depth++)
        {
            List<string> next = [.. found.SelectMany(directory => Matches(directory, names[depth]))];
            if (next.Count == 0)
            {
                return new Reason(Absent(path, found[0], names[depth]));
            }

            if (depth < names.Length - 1 && next.Any(IsLink))
            {
                return null;
            }

            found = next;
        }
        if (found.TrueForAll(IsLeftOut))
        {
            return new Reason(LeftOut(found[0]), IsCertain: true);
        }

        return found is [var only] && new FileInfo(Full(only)).LinkTarget is { } target ? BehindLink(only, target) : null;
    }

    /// <summary>Explains a link to a file that is excluded or missing. Follows one link only.</summary>
    private Reason? BehindLink(string link, string target)
    {
        var place = SlashPath.Clean(target.StartsWith('/') ? target.TrimStart('/') : Join(link[..Math.Max(link.LastIndexOf('/'), 0)], target));
        var about = $"{Owner} has {link}, a link to {target}";
        if (place.Split('/')[0] == "..")
        {
            return null;
        }

        if (IsLeftOut(place))
        {
            return new Reason($"{about}, which {Excluder(place)} excludes.", IsCertain: true);
        }

        if (Path.Exists(Full(place)) || IsLink(place))
        {
            return null;
        }

        return new Reason($"{about}, which is not there{(target.StartsWith('/') ? "; links are followed inside it only" : "")}.");
    }

    private string Outside(string path) => context is null
        ? $"\"{path}\" leaves the root of {Owner}."
        : $"\"{path}\" lies outside the context. COPY and ADD see only what is inside it: build from a directory further up, and name this file with -f.";

    private static string Malformed(string name) => name.EndsWith('\\')
        ? $"\"{name}\" is no pattern: a backslash makes the character behind it mean itself, and there is none."
        : $"\"{name}\" is no pattern: [ begins a class of characters, such as [a-z], that ] has to end. For a name with a bracket write [[].";

    private string Absent(string path, string directory, string name)
    {
        if (name == "~")
        {
            return "~ stands for a home directory only in a shell.";
        }

        var at = directory.Length == 0 ? Owner : $"{Owner} has {directory}/, which";
        var names = Names(directory);
        if (names.FirstOrDefault(other => PathGlob.Parse(name.ToLowerInvariant()).Matches(other.ToLowerInvariant())) is { } otherCase)
        {
            return $"{at} has \"{otherCase}\": upper and lower case differ.";
        }

        if (directory.Length > 0 && File.Exists(Full(directory)))
        {
            return $"\"{directory}\" is a file, so nothing lies below it.";
        }

        if (context is not null && path.StartsWith('/') && Path.Exists(path))
        {
            return path.StartsWith(root + "/", StringComparison.Ordinal)
                ? $"A leading slash means the root of the context: write \"{path[(root.Length + 1)..]}\"."
                : $"{path} of this machine is outside the context; sources are looked for inside it.";
        }
        if (Suggestion.For(name, names) is { } meant)
        {
            return $"{at} has \"{meant}\"; did you mean that?";
        }

        var wanted = path.TrimEnd('/')[(path.TrimEnd('/').LastIndexOf('/') + 1)..];
        if (!HasWildcard(wanted) && Elsewhere(wanted) is { } place)
        {
            return $"{Owner} has \"{place}\"; sources are looked for from the root of {(context is null ? "that" : "the context")}.";
        }

        return names.Length switch
        {
            0 => $"{at} is empty.",
            <= 6 => $"{at} has only {string.Join(", ", names.Order(StringComparer.Ordinal))}.",
            _ => $"{at} has no \"{name}\".",
        };
    }

    private string LeftOut(string path)
    {
        var shown = Directory.Exists(Full(path)) ? path + "/" : path;
        return $"{Owner} has {shown}, but {Excluder(path)} excludes it.";
    }

    private string Excluder(string path) => context?.Ignored?.FindRule(path) is { IsException: false } rule
        ? $"{Shown(context.IgnoreFileName) ?? "an ignore file"} line {rule.Line} (\"{rule.Text.Trim()}\")"
        : "--exclude";

    private string? Shown(string? ignoreFile) =>
        ignoreFile is not null && ignoreFile.StartsWith(root + "/", StringComparison.Ordinal) ? ignoreFile[(root.Length + 1)..] : ignoreFile;

    private bool IsLeftOut(string path) =>
        (context?.Ignored is { } ignored && ignored.IsIgnored(path) && !(Directory.Exists(Full(path)) && ignored.NamesExceptionBelow(path)))
        || Exclusions.OfFlags(addOrCopy.Excludes)?.From(Directory.Exists(Full(path)) ? path : Parent(path)).IsIgnored(path) == true;

    private IEnumerable<string> Matches(string directory, string name)
    {
        var glob = PathGlob.Parse(name);
        IEnumerable<string> names = glob.LiteralText is { } literal
            ? Path.Exists(Full(Join(directory, literal))) || IsLink(Join(directory, literal)) ? [literal] : []
            : Names(directory).Where(glob.Matches).Order(StringComparer.Ordinal);
        return names.Select(match => Join(directory, match));
    }

    private string[] Names(string directory) => Directory.Exists(Full(directory))
        ? [.. Directory.EnumerateFileSystemEntries(Full(directory), "*", Everything).Select(path => Path.GetFileName(path)!)]
        : [];

    /// <summary>Path of a file with that name elsewhere in the root, searched breadth-first.</summary>
    private string? Elsewhere(string name)
    {
        var open = new Queue<string>([""]);
        var searched = 0;
        while (open.TryDequeue(out var directory))
        {
            foreach (var entry in Names(directory))
            {
                if (++searched > MostSearched)
                {
                    return null;
                }

                var path = Join(directory, entry);
                if (entry == name && !IsLeftOut(path))
                {
                    return path;
                }

                if (Directory.Exists(Full(path)) && !IsLink(path))
                {
                    open.Enqueue(path);
                }
            }
        }
        return null;
    }

    private bool IsLink(string path) => new FileInfo(Full(path)).LinkTarget is not null;

    private string Full(string path) => Path.Combine(root, path);

    private static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    private static string Parent(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];

    private static bool HasWildcard(string path) => path.AsSpan().ContainsAny("*?[");
}
