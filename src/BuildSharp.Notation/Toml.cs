using Tomlyn;
using Tomlyn.Parsing;

namespace BuildSharp.Notation;

/// <summary>TOML (toml.io), the language of storage.conf, containers.conf and registries.conf, as values by dotted key.</summary>
public sealed class Toml
{
    private static readonly TomlParserOptions Options = new() { EagerStringValues = true };

    private readonly TomlParser _parser;
    private readonly string _fileName;

    private Toml(string text, string fileName)
    {
        _parser = TomlParser.Create(text, Options);
        _fileName = fileName;
    }

    /// <summary>Values by full dotted key: string, long, double, bool, or a list of these and of tables. A table in a list is a dictionary
    /// like the result.</summary>
    /// <param name="text">Content of the file.</param>
    /// <param name="fileName">Name of the file in messages.</param>
    /// <exception cref="FormatException">The text is not TOML, sets a key twice, or has a date. The message names file and line.</exception>
    public static Dictionary<string, object> Read(string text, string fileName)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var reader = new Toml(text, fileName);
        try
        {
            reader.Next();
            reader.Next();
            reader.ReadTable("", values);
        }
        catch (TomlException error)
        {
            var problem = error.Diagnostics is [var first, ..] ? first.Message : error.Message;
            throw new FormatException($"{fileName}:{error.Line}: {problem.TrimEnd('.').ReplaceLineEndings(" ")}", error);
        }

        return values;
    }

    private TomlParseEventKind Next()
    {
        _parser.MoveNext();
        return _parser.Current.Kind;
    }

    private void ReadTable(string prefix, Dictionary<string, object> values)
    {
        while (Next() != TomlParseEventKind.EndTable)
        {
            var key = prefix + _parser.GetPropertyName();
            var line = _parser.Current.Line;
            var kind = Next();
            var isSet = values.TryGetValue(key, out var before);

            // Only a bracketed list or table has a place in the text; a header as [a] or [[a]] may add to what an earlier one began.
            var isHeader = _parser.Current.Line == 0;
            if (kind == TomlParseEventKind.StartTable && !isSet)
            {
                ReadTable(key + ".", values);
            }
            else if (kind == TomlParseEventKind.StartTable && isHeader && before is List<object> and [.., Dictionary<string, object> last])
            {
                ReadTable("", last);
            }
            else if (kind == TomlParseEventKind.StartArray && isHeader && before is List<object> items)
            {
                ReadList(items);
            }
            else if (!isSet)
            {
                values.Add(key, ReadValue(kind));
            }
            else
            {
                throw new FormatException($"{_fileName}:{line}: {key} is set twice");
            }
        }
    }

    private List<object> ReadList(List<object> items)
    {
        for (var kind = Next(); kind != TomlParseEventKind.EndArray; kind = Next())
        {
            items.Add(ReadValue(kind));
        }

        return items;
    }

    private object ReadValue(TomlParseEventKind kind)
    {
        switch (kind)
        {
            case TomlParseEventKind.String:
                return _parser.GetString();
            case TomlParseEventKind.Integer:
                return _parser.Current.GetInt64();
            case TomlParseEventKind.Float:
                return _parser.Current.GetDouble();
            case TomlParseEventKind.Boolean:
                return _parser.Current.GetBoolean();
            case TomlParseEventKind.StartArray:
                return ReadList([]);
            case TomlParseEventKind.StartTable:
                var table = new Dictionary<string, object>(StringComparer.Ordinal);
                ReadTable("", table);
                return table;
            default:
                throw new FormatException($"{_fileName}:{_parser.Current.Line}: no setting is a date");
        }
    }
}
