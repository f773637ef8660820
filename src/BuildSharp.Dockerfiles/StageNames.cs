using System.Globalization;

namespace BuildSharp.Dockerfiles;

/// <summary>Finds stages by what FROM and <c>--from</c> call them. Names are compared without regard to case, of several stages with one
/// name the last before a place is meant, and a name goes before a number.</summary>
/// <remarks>It holds eight bytes for a stage and asks for the name again to be sure, so that a hundred thousand cost less than their text.</remarks>
public sealed class StageNames
{
    private readonly Func<int, string?> nameOf;

    /// <summary>Hash and index of each stage that has a name, sorted.</summary>
    private readonly long[] places = [];
    private readonly int named;

    /// <param name="names">The name of each stage in order; null where it has none.</param>
    /// <param name="count">How many stages there are.</param>
    /// <param name="nameOf">Tells a stage's name again.</param>
    public StageNames(IEnumerable<string?> names, int count, Func<int, string?> nameOf)
    {
        this.nameOf = nameOf;
        var index = 0;
        foreach (var name in names)
        {
            if (name is not null)
            {
                if (named == 0) places = new long[count - index];
                places[named++] = Key(name, index);
            }

            index++;
        }

        Array.Sort(places, 0, named);
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
        var key = Key(name, before);
        var next = Array.BinarySearch(places, 0, named, key);
        for (var at = (next < 0 ? ~next : next) - 1; at >= 0 && places[at] >> 32 == key >> 32; at--)
        {
            var index = (int)(uint)places[at];
            if (name.Equals(nameOf(index), StringComparison.OrdinalIgnoreCase)) return index;
        }

        return null;
    }

    private static long Key(string name, int index) => ((long)StringComparer.OrdinalIgnoreCase.GetHashCode(name) << 32) | (uint)index;
}
