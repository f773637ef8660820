using BuildSharp.Notation;
using BuildSharp.Oci;

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

    /// <summary>Annotations with those of flags added, each of which must have a <c>=</c>.</summary>
    /// <exception cref="BuildSharpException">A text has none.</exception>
    public static IReadOnlyDictionary<string, string> Annotations(IEnumerable<string> texts, IReadOnlyDictionary<string, string> before)
    {
        var after = new Dictionary<string, string>(before, StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (!text.Contains('='))
            {
                throw new BuildSharpException($"no \"=\" found in annotation {GoQuoting.Quote(text)}");
            }

            after[text[..text.IndexOf('=')]] = text[(text.IndexOf('=') + 1)..];
        }

        return after;
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
