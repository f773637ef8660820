using System.Text.Json;
using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Notation;
using Pidgin;

namespace BuildSharp.Dockerfiles;

/// <summary>Finds one directive without parsing the file, for tools that only need its frontend or checks. Unlike the parser it skips a
/// <c>#!</c> line.</summary>
public static class DirectiveSearch
{
    /// <summary>Finds a directive.</summary>
    /// <param name="source">The file.</param>
    /// <param name="name">The directive's name in lower case.</param>
    /// <param name="anyForm">Whether to accept <c>//name=value</c> lines and a JSON object too, which are valid for <c>syntax</c>.</param>
    /// <returns>The directive; null when there is none.</returns>
    public static Directive? Find(SourceText source, string name, bool anyForm) =>
        Behind(DirectiveGrammar.Directive, source, name) ?? (anyForm ? Behind(DirectiveGrammar.SlashedDirective, source, name) ?? InJson(source, name) : null);

    private static Directive? Behind(Parser<char, (string Name, string Value)> grammar, SourceText source, string name)
    {
        var number = 0;
        foreach (var raw in source.Text.AsSpan().EnumerateLines())
        {
            number++;
            if (number == 1 && raw.StartsWith("#!"))
            {
                continue;
            }

            if (!grammar.TryRead(raw.Trim(), out var directive))
            {
                return null;
            }

            var found = directive.Name.ToLowerInvariant();
            if (found == name)
            {
                var span = new SourceSpan(source, new SourcePosition(number, 1), new SourcePosition(number, raw.Length + 1));
                return new Directive(name, directive.Value, span);
            }

            if (found is not ("syntax" or "escape" or "check"))
            {
                return null;
            }
        }

        return null;
    }

    private static Directive? InJson(SourceText source, string name)
    {
        if (!source.Text.AsSpan().TrimStart().StartsWith("{"))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(LosslessUtf8.Encode(source.Text));
            return document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? new Directive(name, value.GetString()!, new SourceSpan(source, new SourcePosition(1, 1), new SourcePosition(1, 2)))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
