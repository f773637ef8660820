using System.Collections;

namespace BuildSharp.Dockerfiles;

/// <summary>Some of the stages of a file, by their numbers: a bit for each stage.</summary>
/// <param name="stages">How many stages the file has.</param>
public sealed class StageSet(int stages) : IReadOnlyCollection<int>
{
    private readonly BitArray _has = new(stages);
    private int _allBefore;

    /// <summary>How many are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a stage is in it.</summary>
    public bool Contains(int index) => _has[index];

    /// <summary>Puts a stage in.</summary>
    public void Add(int index)
    {
        if (_has[index])
        {
            return;
        }

        _has[index] = true;
        Count++;
    }

    /// <summary>Puts in every stage before one.</summary>
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
