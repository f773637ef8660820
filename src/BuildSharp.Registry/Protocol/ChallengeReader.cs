using System.Text;

namespace BuildSharp.Registry.Protocol;

/// <summary>Reads the tokens and quoted strings of a <c>WWW-Authenticate</c> or <c>Link</c> header (RFC 9110, section 5.6).</summary>
internal sealed class ChallengeReader(string text)
{
    private int _at;

    /// <summary>Skips commas and blanks.</summary>
    /// <returns>Whether text is left.</returns>
    public bool SkipSeparators()
    {
        while (_at < text.Length && text[_at] is ',' or ' ' or '\t')
        {
            _at++;
        }

        return _at < text.Length;
    }

    /// <summary>Reads a token; null when there is none here.</summary>
    public string? Token()
    {
        var start = _at;
        while (_at < text.Length && IsTokenCharacter(text[_at]))
        {
            _at++;
        }

        return _at > start ? text[start.._at] : null;
    }

    /// <summary>Reads <c>name=value</c> after separators; null, without reading anything, when something else is here, such as the scheme
    /// of the next challenge.</summary>
    public (string Name, string Value)? Parameter()
    {
        var start = _at;
        if (SkipSeparators() && Token() is { } name)
        {
            SkipBlanks();
            if (_at < text.Length && text[_at] == '=')
            {
                _at++;
                SkipBlanks();
                if (Value() is { } value)
                {
                    return (name, value);
                }
            }
        }

        _at = start;
        return null;
    }

    private string? Value() => _at < text.Length && text[_at] == '"' ? Quoted() : Token();

    // An unterminated string is read to the end of the line.
    private string Quoted()
    {
        var value = new StringBuilder();
        for (_at++; _at < text.Length && text[_at] != '"'; _at++)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length)
            {
                _at++;
            }

            value.Append(text[_at]);
        }

        _at = Math.Min(_at + 1, text.Length);
        return value.ToString();
    }

    private void SkipBlanks()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }

    private static bool IsTokenCharacter(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal);
}
