using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>A wildcard for one name of a path: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a]</c>, and <c>\</c> before a character that shall
/// mean itself. Dot files are matched like others (dockerfile.md §8.1).</summary>
internal sealed class NamePattern
{
    private readonly string _pattern;

    private NamePattern(string pattern)
    {
        _pattern = pattern;
        IsLiteral = pattern.AsSpan().IndexOfAny("*?[\\") < 0;
    }

    /// <summary>Whether the pattern is simply a name.</summary>
    public bool IsLiteral { get; }

    /// <summary>Whether the pattern has a wildcard and not only escaped characters.</summary>
    public bool HasWildcard
    {
        get
        {
            for (var at = 0; at < _pattern.Length; at++)
            {
                if (_pattern[at] == '\\')
                {
                    at++;
                }
                else if (_pattern[at] is '*' or '?' or '[')
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether this is <c>**</c>, which stands for any number of directories.</summary>
    public bool IsAnyDepth => _pattern == "**";

    /// <summary>The name that a pattern without wildcards means.</summary>
    public string Literal => IsLiteral ? _pattern : string.Concat(_pattern.Split('\\').Select((part, i) => i > 0 && part.Length == 0 ? "\\" : part));

    /// <summary>Reads a pattern for one name.</summary>
    /// <exception cref="BuildSharpException">A class has no end or a backslash stands last.</exception>
    public static NamePattern Parse(string pattern)
    {
        var result = new NamePattern(pattern);
        var at = 0;
        while (at < pattern.Length)
        {
            if (pattern[at] == '[')
            {
                if (!TryReadClass(pattern, at, '\0', out at, out _))
                {
                    throw Malformed(pattern);
                }
            }
            else if (pattern[at] == '\\' && at + 1 == pattern.Length)
            {
                throw Malformed(pattern);
            }
            else
            {
                at += pattern[at] == '\\' ? 2 : 1;
            }
        }

        return result;
    }

    /// <summary>Whether the whole name matches.</summary>
    public bool Matches(string name)
    {
        // One remembered star is enough: a later star can do whatever an earlier one could.
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < _pattern.Length && _pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < _pattern.Length && MatchesOne(p, name[n], out var next))
            {
                p = next;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return _pattern.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }

    private bool MatchesOne(int p, char c, out int next)
    {
        switch (_pattern[p])
        {
            case '?':
                next = p + 1;
                return true;
            case '[':
                TryReadClass(_pattern, p, c, out next, out var contains);
                return contains;
            case '\\':
                next = p + 2;
                return _pattern[p + 1] == c;
            default:
                next = p + 1;
                return _pattern[p] == c;
        }
    }

    // Go's rule: the first character after [ or [^ may not be ], and a dash needs both its ends.
    private static bool TryReadClass(string pattern, int open, char c, out int next, out bool contains)
    {
        var at = open + 1;
        var negated = at < pattern.Length && pattern[at] == '^';
        if (negated)
        {
            at++;
        }

        var found = false;
        for (var count = 0; at < pattern.Length; count++)
        {
            if (pattern[at] == ']' && count > 0)
            {
                next = at + 1;
                contains = found != negated;
                return true;
            }

            if (!TryReadBound(pattern, ref at, out var low))
            {
                break;
            }

            var high = low;
            if (at < pattern.Length && pattern[at] == '-')
            {
                at++;
                if (!TryReadBound(pattern, ref at, out high))
                {
                    break;
                }
            }

            found |= low <= c && c <= high;
        }

        next = pattern.Length;
        contains = false;
        return false;
    }

    private static bool TryReadBound(string pattern, ref int at, out char bound)
    {
        bound = '\0';
        if (at >= pattern.Length || pattern[at] is '-' or ']')
        {
            return false;
        }

        if (pattern[at] == '\\' && ++at >= pattern.Length)
        {
            return false;
        }

        bound = pattern[at++];
        return true;
    }

    private static BuildSharpException Malformed(string pattern) => new($"syntax error in pattern \"{pattern}\"");
}
