using System.Globalization;

namespace BuildSharp.Dockerfiles;

/// <summary>Finds stages by what FROM and <c>--from</c> call them. Names are compared without regard to case, of several stages with one
/// name the last before a place is meant, and a name goes before a number.</summary>
/// <remarks>It holds eight bytes for a stage and asks for the name again to be sure, so that a hundred thousand cost less than their text.</remarks>
public sealed class StageNames
{
    private readonly Func<int, string?> _nameOf;

    /// <summary>Hash and index of each stage that has a name, sorted.</summary>
    private readonly long[] _places = [];
    private readonly int _named;

    /// <param name="names">The name of each stage in order; null where it has none.</param>
    /// <param name="count">How many stages there are.</param>
    /// <param name="nameOf">Tells a stage's name again.</param>
    public StageNames(IEnumerable<string?> names, int count, Func<int, string?> nameOf)
    {
        _nameOf = nameOf;
        var index = 0;
        foreach (var name in names)
        {
            if (name is not null)
            {
                if (_named == 0)
                {
                    _places = new long[count - index];
                }

                _places[_named++] = Key(name, index);
            }

            index++;
        }

        Array.Sort(_places, 0, _named);
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
        var next = Array.BinarySearch(_places, 0, _named, key);
        for (var at = (next < 0 ? ~next : next) - 1; at >= 0 && _places[at] >> 32 == key >> 32; at--)
        {
            var index = (int)(uint)_places[at];
            if (name.Equals(_nameOf(index), StringComparison.OrdinalIgnoreCase))
            {
                return index;
            }
        }

        return null;
    }

    private static long Key(string name, int index) => ((long)StringComparer.OrdinalIgnoreCase.GetHashCode(name) << 32) | (uint)index;
}
