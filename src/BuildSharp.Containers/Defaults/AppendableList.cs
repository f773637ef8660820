using BuildSharp.Oci;

namespace BuildSharp.Containers.Defaults;

/// <summary>A list that several files set: each replaces it, until one says <c>{append=true}</c> among its items; from then on what files
/// set is added, until one says <c>{append=false}</c> (containers.conf(5), "Appending to string arrays").</summary>
/// <param name="standard">The items before any file.</param>
internal sealed class AppendableList(IReadOnlyList<string> standard)
{
    private bool _appends;

    public IReadOnlyList<string> Items { get; private set; } = standard;

    /// <summary>Takes the value of one more file.</summary>
    /// <param name="value">As the TOML reader gives it.</param>
    /// <param name="place">File and key, for messages.</param>
    /// <exception cref="BuildSharpException">It is no such list.</exception>
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
