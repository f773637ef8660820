using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Notation;

/// <summary>A line of comma-separated values as Go's encoding/csv parses it (RFC 4180; <c>grammar/csv.ebnf</c>). List flags and mounts have
/// this form.</summary>
public static class CsvRecord
{
    internal static Parser<char, string> QuotedField { get; } =
        Char('"').Then(Run.AtLeastOne(c => c != '"', "text").Or(Try(String("\"\"")).ThenReturn("\"")).Repeated()).Before(Char('"')).Select(string.Concat);

    internal static Parser<char, string> PlainField { get; } = Run.Of(c => c is not (',' or '"'));

    internal static Parser<char, string> CsvField { get; } = QuotedField.Or(PlainField);

    internal static Parser<char, IReadOnlyList<string>> Record { get; } = CsvField.SeparatedBy(Char(','));

    /// <summary>Formats fields as a record; fields that contain a comma or a quote are quoted.</summary>
    public static string Format(IEnumerable<string> fields) => string.Join(',', fields.Select(field => field.AsSpan().ContainsAny(',', '"')
        ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : field));

    /// <summary>Parses a record; an empty text has no fields.</summary>
    /// <exception cref="FormatException">A quote is misplaced; the message is Go's.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var result = Record.Before(Parser<char>.End).Parse(text);
        if (result.Success)
        {
            return result.Value;
        }

        // A plain field ends at a comma or a misplaced quote. After a quoted field, only a comma is allowed.
        var at = result.Error!.ErrorOffset;
        var isBare = at < text.Length && text[at] == '"';
        throw new FormatException(isBare
            ? $"parse error on line 1, column {at + 1}: bare \" in non-quoted-field"
            : $"parse error on line 1, column {(at < text.Length ? at : at + 1)}: extraneous or missing \" in quoted-field");
    }
}
