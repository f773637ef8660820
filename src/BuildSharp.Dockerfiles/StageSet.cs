using System.Collections;

namespace BuildSharp.Dockerfiles;

/// <summary>A set of stage numbers, stored as bits.</summary>
/// <param name="stages">Number of stages in the file.</param>
public sealed class StageSet(int stages) : IReadOnlyCollection<int>
{
    private readonly BitArray _has = new(stages);
    private int _allBefore;

    /// <summary>Number of stages in the set.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the set contains a stage.</summary>
    public bool Contains(int index) => _has[index];

    /// <summary>Adds a stage.</summary>
    public void Add(int index)
    {
        if (_has[index])
        {
            return;
        }

        _has[index] = true;
        Count++;
    }

    /// <summary>Adds all stages before the given one.</summary>
    public void AddAllBefore(int index)
    {
        for (; _allBefore < index; _allBefore++)
        {
            Add(_allBefore);
        }
    }

    /// <summary>The stages in file order.</summary>
    public IEnumerator<int> GetEnumerator()
    {
        for (var index = 0; index < _has.Length; index++)
        {
            if (_has[index])
            {
                yield return index;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
