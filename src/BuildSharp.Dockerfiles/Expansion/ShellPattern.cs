namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>A pattern of the modifiers <c>#</c>, <c>%</c> and <c>/</c>: <c>*</c> matches any characters, <c>?</c> one character, both
/// including slashes; there are no bracket classes. Matching tracks the set of possible positions, so its time is not
/// exponential.</summary>
internal sealed class ShellPattern
{
    private const int AnyRun = -1;
    private const int AnyOne = -2;

    /// <summary>Maximum number of steps; a pattern that needs more is refused as an attack.</summary>
    private const long Budget = 500_000_000;

    private readonly List<int> _tokens = [];
    private readonly bool _hasRun;
    private long _steps;

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="FormatException">An escape is invalid.</exception>
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

    /// <summary>The value without a matching prefix.</summary>
    public string WithoutPrefix(string value, bool longest) => EndFrom(value, 0, longest) is var end and >= 0 ? value[end..] : value;

    /// <summary>The value without a matching suffix.</summary>
    public string WithoutSuffix(string value, bool longest)
    {
        var starts = StartsTo(value, anyEnd: false);
        var start = longest ? Array.IndexOf(starts, true) : Array.LastIndexOf(starts, true);
        return start < 0 ? value : value[..start];
    }

    /// <summary>Replaces matches from the left, each as long as possible. An empty pattern matches before every character and at the end,
    /// as in BuildKit.</summary>
    /// <param name="value">The value.</param>
    /// <param name="replacement">Text that replaces a match.</param>
    /// <param name="all">Whether to replace every match or only the first.</param>
    /// <param name="limit">Maximum length of the result.</param>
    /// <returns>Null when the result would be longer.</returns>
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

            // After an empty match, copy the next character and continue after it.
            var length = Step(value, from, AnyOne);
            output.Append(value, from, length);
            from += length;
        }

        return output.Append(value, Math.Min(from, value.Length), value.Length - Math.Min(from, value.Length)).ToString();
    }

    /// <summary>End of a match that starts at a position, or -1.</summary>
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

    /// <summary>Positions from which the pattern matches to the end of the value or, with <paramref name="anyEnd"/>, to any
    /// position.</summary>
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

    /// <summary>Number of UTF-16 units that a token other than <c>*</c> matches at a position; 0 for no match.</summary>
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
