using System.Globalization;

namespace BuildSharp.Dockerfiles;

/// <summary>Finds stages by the name or number in FROM and <c>--from</c>. Names are compared without case; of several stages with the same
/// name, the last one before the given position is used. A name takes precedence over a number.</summary>
public sealed class StageLookup
{
    private readonly Dictionary<string, List<int>> _indices = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="names">Name of each stage in order; null for none.</param>
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

    /// <summary>The stage with the name or number; null for none.</summary>
    /// <param name="nameOrNumber">The value of FROM or <c>--from</c>.</param>
    /// <param name="before">Only stages before this number are searched.</param>
    public int? Find(string nameOrNumber, int before) => FindNamed(nameOrNumber, before) ??
        (int.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < before ? number : null);

    /// <summary>The stage with the name; null for none.</summary>
    /// <param name="name">The name to find.</param>
    /// <param name="before">Only stages before this number are searched.</param>
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
