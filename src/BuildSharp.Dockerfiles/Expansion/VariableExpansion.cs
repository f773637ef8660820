using System.Text;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Replaces variables and removes quotes and escapes, as BuildKit does (Dockerfile reference, "Environment
/// replacement").</summary>
/// <param name="lookup">Returns the value of a variable, or null when it is not set.</param>
/// <param name="escape">The file's escape token.</param>
public sealed class VariableExpansion(Func<string, string?> lookup, char escape = '\\')
{
    private readonly HashSet<string> _unset = [];

    /// <summary>Variables that were used but not set, in no particular order.</summary>
    public IReadOnlyCollection<string> Unset => _unset;

    /// <summary>Expands a word to text.</summary>
    /// <exception cref="ExpansionException">The word is malformed, or a variable it requires is missing.</exception>
    public static string Expand(string word, Func<string, string?> lookup, char escape = '\\') =>
        new VariableExpansion(lookup, escape).Expand(word);

    /// <summary>Expands a word to text.</summary>
    /// <exception cref="ExpansionException">The word is malformed, or a variable it requires is missing.</exception>
    public string Expand(string word) => Text(word, ShellWords.Parse(word, escape));

    /// <summary>Expands a text to words, which are separated by blanks, including those in values of unquoted variables.</summary>
    /// <exception cref="ExpansionException">As <see cref="Expand(string)"/>.</exception>
    public IReadOnlyList<string> ExpandToWords(string text)
    {
        var words = new List<string>();
        var current = new StringBuilder();
        foreach (var part in ShellWords.Parse(text, escape))
        {
            if (part is LiteralPart { IsFixed: true } or QuotedPart)
            {
                Append(current, text, part);
                continue;
            }

            var piece = new StringBuilder();
            Append(piece, text, part);
            foreach (var unit in piece.ToString())
            {
                if (!char.IsWhiteSpace(unit))
                {
                    current.Append(unit);
                }
                else if (current.Length > 0)
                {
                    Finish();
                }
            }

            RequireWithin(text, current.Length);
        }

        if (current.Length > 0)
        {
            Finish();
        }

        return words;

        void Finish()
        {
            words.Add(current.ToString());
            current.Clear();
        }
    }

    /// <summary>Expands a heredoc body. Quotes have no special meaning in it, and the escape character is always a backslash.</summary>
    /// <exception cref="ExpansionException">As <see cref="Expand(string)"/>.</exception>
    public string ExpandBody(string body) => body.AsSpan().ContainsAny('$', '\\') ? Text(body, ShellWords.ParseBody(body)) : body;

    private string Text(string word, IReadOnlyList<WordPart> parts)
    {
        var output = new StringBuilder();
        foreach (var part in parts)
        {
            Append(output, word, part);
        }

        return output.ToString();
    }

    private void Append(StringBuilder output, string word, WordPart part)
    {
        switch (part)
        {
            case LiteralPart literal:
                output.Append(literal.Text);
                return;
            case QuotedPart quoted:
                foreach (var inner in quoted.Parts)
                {
                    Append(output, word, inner);
                }

                return;
            case VariablePart variable:
                output.Append(Value(word, variable));
                RequireWithin(word, output.Length);
                return;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void RequireWithin(string word, int length)
    {
        if (length > ExpansionLimit.Of(word))
        {
            throw TooLong(word);
        }
    }

    private static ExpansionException TooLong(string word) =>
        new(word, FormattableString.Invariant($"variables make more than {ExpansionLimit.Of(word):N0} characters of it"));

    private string Value(string word, VariablePart variable)
    {
        // Expand the word even if it is not used, so that errors in it do not depend on the variable.
        var argument = Text(word, variable.Word);
        var replacement = Text(word, variable.Replacement);
        var value = variable.Name.Length == 0 ? null : lookup(variable.Name);
        if (value is null)
        {
            _unset.Add(variable.Name);
        }

        return variable.Modifier switch
        {
            Modifier.None => value ?? "",
            Modifier.Default => value ?? argument,
            Modifier.DefaultIfEmpty => string.IsNullOrEmpty(value) ? argument : value,
            Modifier.Alternative => value is null ? "" : argument,
            Modifier.AlternativeIfNotEmpty => string.IsNullOrEmpty(value) ? "" : argument,
            Modifier.Required => value ?? throw Missing("unset"),
            Modifier.RequiredNotEmpty => string.IsNullOrEmpty(value) ? throw Missing(value is null ? "unset" : "empty") : value,
            Modifier.ShortestPrefix or Modifier.LongestPrefix => Match(
                pattern => pattern.WithoutPrefix(value ?? "", variable.Modifier == Modifier.LongestPrefix)),
            Modifier.ShortestSuffix or Modifier.LongestSuffix => Match(
                pattern => pattern.WithoutSuffix(value ?? "", variable.Modifier == Modifier.LongestSuffix)),
            Modifier.ReplaceFirst or Modifier.ReplaceAll => Match(
                pattern => pattern.Replace(value ?? "", replacement, variable.Modifier == Modifier.ReplaceAll, ExpansionLimit.Of(word)) ?? throw TooLong(word)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        ExpansionException Missing(string state) =>
            new(word, $"{variable.Name}: {(argument.Length > 0 ? argument : $"is not allowed to be {state}")}");

        string Match(Func<ShellPattern, string> use)
        {
            try
            {
                return use(new ShellPattern(argument));
            }
            catch (FormatException error)
            {
                throw new ExpansionException(word, $"invalid pattern ({argument}) in substitution: {error.Message}");
            }
        }
    }
}
