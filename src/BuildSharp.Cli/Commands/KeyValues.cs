namespace BuildSharp.Cli.Commands;

/// <summary>Values of the form <c>K=V</c>. Text without <c>=</c> is a key with an empty value.</summary>
internal static class KeyValues
{
    public static IReadOnlyDictionary<string, string> Read(IEnumerable<string> texts)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Pairs(texts))
        {
            values[key] = value;
        }

        return values;
    }

    /// <summary>The pairs in order, with repeated keys.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=');
            yield return equals < 0 ? new(text, "") : new(text[..equals], text[(equals + 1)..]);
        }
    }
}
