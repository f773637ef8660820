using System.Globalization;

namespace BuildSharp.Dockerfiles;

/// <summary>Finds stages by what FROM and <c>--from</c> call them. Names are compared without regard to case, of several stages with one
/// name the last before a place is meant, and a name goes before a number.</summary>
public sealed class StageLookup
{
    private readonly Dictionary<string, List<int>> _indices = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="names">The name of each stage in order; null where it has none.</param>
    public StageLookup(IEnumerable<string?> names)
    {
        foreach (var (index, name) in names.Index())
        {
            if (name is null)
            {
                continue;
            }

            if (!_indices.TryGetValue(name, out var same))
            {
                _indices.Add(name, same = []);
            }

            same.Add(index);
        }
    }

    /// <summary>The stage that a name or a number stands for, or null.</summary>
    /// <param name="nameOrNumber">What FROM or <c>--from</c> says.</param>
    /// <param name="before">Only stages before this one are meant.</param>
    public int? Find(string nameOrNumber, int before) => FindNamed(nameOrNumber, before) ??
        (int.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < before ? number : null);

    /// <summary>The stage that has a name, or null.</summary>
    /// <param name="name">The name.</param>
    /// <param name="before">Only stages before this one are meant.</param>
    public int? FindNamed(string name, int before)
    {
        if (!_indices.TryGetValue(name, out var same))
        {
            return null;
        }

        var at = same.BinarySearch(before);
        var last = (at < 0 ? ~at : at) - 1;
        return last < 0 ? null : same[last];
    }
}
