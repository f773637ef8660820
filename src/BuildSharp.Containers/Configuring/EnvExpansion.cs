using System.Text;

namespace BuildSharp.Containers.Configuring;

/// <summary>Expands <c>$X</c> and <c>${X}</c> in a value of <c>config --env</c> by the rules of Go's <c>os.Expand</c>
/// (<see href="https://pkg.go.dev/os#Expand"/>). Unlike in a Dockerfile, there are no defaults and no escapes: everything up to the first
/// closing brace is the name, and <c>$$</c>, <c>$1</c>, <c>$*</c> and the like are names of one character.</summary>
internal static class EnvExpansion
{
    /// <summary>Replaces variables.</summary>
    /// <param name="text">The value.</param>
    /// <param name="lookup">Returns the value of a variable.</param>
    /// <param name="refuse">Receives invalid text, which is left out: <c>${</c> without an end, or <c>${}</c>.</param>
    public static string Expand(string text, Func<string, string> lookup, Action<string> refuse)
    {
        var result = new StringBuilder(text.Length);
        var at = 0;
        while (at < text.Length)
        {
            var rest = text.AsSpan(at + 1);
            if (text[at] != '$' || rest.IsEmpty)
            {
                result.Append(text[at++]);
            }
            else if (rest[0] == '{')
            {
                var length = rest.IndexOf('}') - 1;
                if (length <= 0)
                {
                    var broken = length < 0 ? "${" : "${}";
                    refuse(broken);
                    at += broken.Length;
                    continue;
                }

                result.Append(lookup(rest.Slice(1, length).ToString()));
                at += "${}".Length + length;
            }
            else
            {
                var length = "*#$@!?-0123456789".Contains(rest[0]) ? 1 : NameLength(rest);
                result.Append(length == 0 ? "$" : lookup(rest[..length].ToString()));
                at += 1 + length;
            }
        }

        return result.ToString();
    }

    private static int NameLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_'))
        {
            length++;
        }

        return length;
    }
}
