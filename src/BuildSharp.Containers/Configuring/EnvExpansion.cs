using System.Text;

namespace BuildSharp.Containers.Configuring;

/// <summary><c>$X</c> and <c>${X}</c> in a value of <c>config --env</c>. Not the Dockerfile's expansion: no defaults, no escapes.</summary>
internal static class EnvExpansion
{
    /// <summary>Replaces variables.</summary>
    /// <param name="text">The value.</param>
    /// <param name="lookup">Gives a variable's value.</param>
    public static string Expand(string text, Func<string, string> lookup)
    {
        var result = new StringBuilder(text.Length);
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                result.Append(text[at++]);
                continue;
            }

            var braced = text[at + 1] == '{';
            var start = at + (braced ? 2 : 1);
            var end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            if (end == start || (braced && (end == text.Length || text[end] != '}')))
            {
                // No name follows: the dollar sign means itself.
                result.Append(text[at++]);
                continue;
            }

            result.Append(lookup(text[start..end]));
            at = braced ? end + 1 : end;
        }

        return result.ToString();
    }
}
