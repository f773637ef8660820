using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace BuildSharp.Storage.Records;

/// <summary>A map that is parsed from its record's bytes at the first access.</summary>
internal sealed class DeferredMap<TValue> : IReadOnlyDictionary<string, TValue>
{
    private readonly ReadOnlyMemory<byte> _json;
    private readonly Reader _read;
    private IReadOnlyDictionary<string, TValue>? _items;

    private DeferredMap(ReadOnlyMemory<byte> json, Reader read) => (_json, _read) = (json, read);

    /// <summary>Parses the map at the reader's position.</summary>
    internal delegate IReadOnlyDictionary<string, TValue> Reader(ref Utf8JsonReader reader);

    /// <inheritdoc/>
    public int Count => Items.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => Items.Keys;

    /// <inheritdoc/>
    public IEnumerable<TValue> Values => Items.Values;

    private IReadOnlyDictionary<string, TValue> Items
    {
        get
        {
            if (_items is null)
            {
                var reader = new Utf8JsonReader(_json.Span);
                reader.Read();
                _items = _read(ref reader);
            }

            return _items;
        }
    }

    /// <inheritdoc/>
    public TValue this[string key] => Items[key];

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Items.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TValue value) => Items.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, TValue>> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The map at the reader's position: parsed later if it is known to be valid, otherwise immediately.</summary>
    internal static IReadOnlyDictionary<string, TValue> Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file, Reader read) =>
        DeferredFields.TryStepOver(ref reader, file, JsonTokenType.StartObject, isNumbers: typeof(TValue) == typeof(long), out var place)
            ? new DeferredMap<TValue>(place, read)
            : read(ref reader);
}
