using System.Collections;
using System.Text.Json;

namespace BuildSharp.Storage.Records;

/// <summary>A list of strings that is parsed from its record's bytes at the first access.</summary>
internal sealed class DeferredTexts : IReadOnlyList<string>
{
    private readonly ReadOnlyMemory<byte> _json;
    private IReadOnlyList<string>? _items;

    private DeferredTexts(ReadOnlyMemory<byte> json) => _json = json;

    /// <inheritdoc/>
    public int Count => Items.Count;

    private IReadOnlyList<string> Items
    {
        get
        {
            if (_items is null)
            {
                var reader = new Utf8JsonReader(_json.Span);
                reader.Read();
                _items = JsonFields.ReadTexts(ref reader);
            }

            return _items;
        }
    }

    /// <inheritdoc/>
    public string this[int index] => Items[index];

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The list at the reader's position: parsed later if it is known to be valid, otherwise immediately.</summary>
    internal static IReadOnlyList<string> Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file) =>
        DeferredFields.TryStepOver(ref reader, file, JsonTokenType.StartArray, isNumbers: false, out var place) ? new DeferredTexts(place) : JsonFields.ReadTexts(ref reader);
}
