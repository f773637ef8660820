namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>A pattern of <c>#</c>, <c>%</c> and <c>/</c>: <c>*</c> is any run of characters, <c>?</c> one character, both across slashes;
/// there are no bracket classes. Matching follows sets of places through the value, so that no pattern takes exponential time.</summary>
internal sealed class ShellPattern
{
    private const int AnyRun = -1;
    private const int AnyOne = -2;

    /// <summary>Steps after which a pattern is taken for an attack.</summary>
    private const long Budget = 500_000_000;

    private readonly List<int> _tokens = [];
    private readonly bool _hasRun;
    private long _steps;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">An escape that is none.</exception>
    public ShellPattern(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '*':
                    if (_tokens.Count == 0 || _tokens[^1] != AnyRun)
                    {
                        _tokens.Add(AnyRun);
                    }

                    _hasRun = true;
                    break;
                case '?':
                    _tokens.Add(AnyOne);
                    break;
                case '\\' when i + 1 < text.Length && text[i + 1] is '*' or '?' or '\\' or '}' or '/':
                    _tokens.Add(text[++i]);
                    break;
                case '\\':
                    throw new FormatException(i + 1 < text.Length ? $"invalid escape '\\{text[i + 1]}'" : "invalid escape '\\'");
                default:
                    _tokens.Add(text[i]);
                    break;
            }
        }
    }

    /// <summary>The value without a prefix that matches.</summary>
    public string WithoutPrefix(string value, bool longest) => EndFrom(value, 0, longest) is var end and >= 0 ? value[end..] : value;

    /// <summary>The value without a suffix that matches.</summary>
    public string WithoutSuffix(string value, bool longest)
    {
        var starts = StartsTo(value, anyEnd: false);
        var start = longest ? Array.IndexOf(starts, true) : Array.LastIndexOf(starts, true);
        return start < 0 ? value : value[..start];
    }

    /// <summary>The value with matches replaced, each as long as can be, from the left. An empty pattern matches before every character and
    /// at the end, as BuildKit's regular expressions do.</summary>
    /// <param name="value">The value.</param>
    /// <param name="replacement">What stands in for a match.</param>
    /// <param name="all">Whether every match is replaced, or the first alone.</param>
    /// <param name="limit">How long the result may become.</param>
    /// <returns>Null when it would become longer.</returns>
    public string? Replace(string value, string replacement, bool all, int limit)
    {
        var starts = StartsTo(value, anyEnd: true);
        var output = new System.Text.StringBuilder();
        var from = 0;
        while (from < starts.Length && Array.IndexOf(starts, true, from) is var start and >= 0)
        {
            var end = EndFrom(value, start, longest: true);
            output.Append(value, from, start - from).Append(replacement);
            if (output.Length > limit)
            {
                return null;
            }

            from = end;
            if (!all || from >= value.Length)
            {
                break;
            }

            if (end > start)
            {
                continue;
            }

            // An empty match: the next character is kept and looked behind.
            var length = Step(value, from, AnyOne);
            output.Append(value, from, length);
            from += length;
        }

        return output.Append(value, Math.Min(from, value.Length), value.Length - Math.Min(from, value.Length)).ToString();
    }

    /// <summary>The end of a match that starts at a place, or -1.</summary>
    private int EndFrom(string value, int start, bool longest)
    {
        if (!_hasRun)
        {
            var at = start;
            foreach (var token in _tokens)
            {
                var length = Step(value, at, token);
                if (length == 0)
                {
                    return -1;
                }

                at += length;
            }

            return at;
        }

        var reached = new bool[value.Length + 1];
        reached[start] = true;
        foreach (var token in _tokens)
        {
            Count(value.Length - start);
            var next = new bool[value.Length + 1];
            var open = false;
            for (var at = start; at <= value.Length; at++)
            {
                if (token == AnyRun)
                {
                    next[at] = open |= reached[at];
                }
                else if (reached[at] && Step(value, at, token) is var length and > 0)
                {
                    next[at + length] = true;
                }
            }

            reached = next;
        }

        return longest ? Array.LastIndexOf(reached, true) : Array.IndexOf(reached, true);
    }

    /// <summary>The places from which the pattern matches up to the end of the value, or up to anywhere.</summary>
    private bool[] StartsTo(string value, bool anyEnd)
    {
        var reached = new bool[value.Length + 1];
        if (anyEnd)
        {
            Array.Fill(reached, true);
        }

        reached[value.Length] = true;
        for (var i = _tokens.Count - 1; i >= 0; i--)
        {
            Count(value.Length);
            var token = _tokens[i];
            var next = new bool[value.Length + 1];
            var open = false;
            for (var at = value.Length; at >= 0; at--)
            {
                if (token == AnyRun)
                {
                    next[at] = open |= reached[at];
                }
                else if (Step(value, at, token) is var length and > 0 && reached[at + length])
                {
                    next[at] = true;
                }
            }

            reached = next;
        }

        return reached;
    }

    /// <summary>How many units a token other than a run takes at a place; 0 when it does not match.</summary>
    private static int Step(string value, int at, int token)
    {
        if (at >= value.Length)
        {
            return 0;
        }

        if (token == AnyOne)
        {
            return char.IsHighSurrogate(value[at]) && at + 1 < value.Length && char.IsLowSurrogate(value[at + 1]) ? 2 : 1;
        }

        return value[at] == token ? 1 : 0;
    }

    private void Count(long more)
    {
        _steps += more;
        if (_steps > Budget)
        {
            throw new FormatException("pattern and value are too long for each other");
        }
    }
}
