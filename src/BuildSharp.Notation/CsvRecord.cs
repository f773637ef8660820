using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Notation;

/// <summary>One line of comma-separated values as Go's encoding/csv reads it (RFC 4180; <c>grammar/csv.ebnf</c>): list flags and mounts
/// are such records.</summary>
public static class CsvRecord
{
    internal static Parser<char, string> QuotedField { get; } =
        Char('"').Then(Run.AtLeastOne(c => c != '"', "text").Or(Try(String("\"\"")).ThenReturn("\"")).Repeated()).Before(Char('"')).Select(string.Concat);

    internal static Parser<char, string> PlainField { get; } = Run.Of(c => c is not (',' or '"'));

    internal static Parser<char, string> CsvField { get; } = QuotedField.Or(PlainField);

    internal static Parser<char, IReadOnlyList<string>> Record { get; } = CsvField.SeparatedBy(Char(','));

    /// <summary>The record of some fields: those with a comma or a quote in them stand in quotes.</summary>
    public static string Format(IEnumerable<string> fields) => string.Join(',', fields.Select(field => field.AsSpan().ContainsAny(',', '"')
        ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : field));

    /// <summary>The fields of a record; an empty text has none.</summary>
    /// <exception cref="FormatException">A quote stands where none may; in Go's words.</exception>
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

        // A plain field ends at a comma or at a quote that may not be there. Behind a quoted one anything but a comma is too much.
        var at = result.Error!.ErrorOffset;
        var isBare = at < text.Length && text[at] == '"';
        throw new FormatException(isBare
            ? $"parse error on line 1, column {at + 1}: bare \" in non-quoted-field"
            : $"parse error on line 1, column {(at < text.Length ? at : at + 1)}: extraneous or missing \" in quoted-field");
    }
}
