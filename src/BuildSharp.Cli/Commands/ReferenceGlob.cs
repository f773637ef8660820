using System.IO.Enumeration;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>The patterns of <c>--filter reference=</c>: <c>*</c> and <c>?</c> stay within one part of a path.</summary>
internal static class ReferenceGlob
{
    /// <summary>Whether the pattern matches a stored name, with or without tag, whole or its last parts.</summary>
    public static bool Matches(string pattern, string name)
    {
        if (!Reference.TryParse(name, out var reference))
        {
            return name == pattern;
        }

        var repository = reference.Name;
        var tag = reference.Tag is { } text ? ":" + text : "";
        var suffixes = repository.Split('/');
        return Enumerable.Range(0, suffixes.Length)
            .Select(first => string.Join('/', suffixes.Skip(first)))
            .Any(part => MatchesParts(pattern, part) || MatchesParts(pattern, part + tag));
    }

    private static bool MatchesParts(string pattern, string name)
    {
        var (patterns, names) = (pattern.Split('/'), name.Split('/'));
        return patterns.Length == names.Length
            && patterns.Zip(names).All(pair => FileSystemName.MatchesSimpleExpression(pair.First, pair.Second, ignoreCase: false));
    }
}
