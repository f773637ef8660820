using BuildSharp.Oci;

namespace BuildSharp.Containers.Defaults;

/// <summary>A list that several files set. A file replaces the list, unless <c>{append=true}</c> is among its items: then this and later
/// files append, until one has <c>{append=false}</c> (containers.conf(5), "Appending to string arrays").</summary>
/// <param name="standard">The items before the first file.</param>
internal sealed class AppendableList(IReadOnlyList<string> standard)
{
    private bool _appends;

    public IReadOnlyList<string> Items { get; private set; } = standard;

    /// <summary>Applies the value of one file.</summary>
    /// <param name="value">The value from the TOML parser.</param>
    /// <param name="place">File and key, for messages.</param>
    /// <exception cref="BuildSharpException">The value is not such a list.</exception>
    public void Take(object value, string place)
    {
        var items = new List<string>();
        foreach (var item in value as List<object> ?? throw new BuildSharpException($"{place} must be a list of strings"))
        {
            if (item is string text)
            {
                items.Add(text);
            }
            else if (item is Dictionary<string, object> { Count: 1 } attribute && attribute.TryGetValue("append", out var set) && set is bool appends)
            {
                _appends = appends;
            }
            else
            {
                throw new BuildSharpException($"{place} must be a list of strings, and {{append=true}} or {{append=false}}");
            }
        }

        Items = _appends ? [.. Items, .. items] : items;
    }
}
