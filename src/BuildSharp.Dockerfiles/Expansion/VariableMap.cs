namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Names with values, in the order the names first came. Immutable: a change gives another map, which shares all but a few hundred
/// bytes with this one. A variable costs some twenty bytes more than the one string that holds its name and its value.</summary>
/// <remarks>A tree by the bits of a name's hash, four to a level. A leaf is an array of variables and becomes a branch of sixteen when it is full.</remarks>
internal sealed class VariableMap
{
    private const int BitsOfLevel = 4;
    private const int Branches = 1 << BitsOfLevel;
    private const int BitsOfHash = 32;

    private readonly object? root;

    private VariableMap(object? root, int count) => (this.root, Count) = (root, count);

    /// <summary>No variables.</summary>
    public static VariableMap Empty { get; } = new(null, 0);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The variables in order.</summary>
    public IEnumerable<KeyValuePair<string, string?>> InOrder =>
        Leaves(root).OrderBy(variable => variable.Order).Select(variable => KeyValuePair.Create(variable.Name, variable.Value));

    /// <summary>The names in no order.</summary>
    public IEnumerable<string> Names => Leaves(root).Select(variable => variable.Name);

    /// <summary>Whether a name is there, with a value or without.</summary>
    public bool Contains(string name) => IsThere(name, out _);

    /// <summary>The value of a name; null when it has none or is not there.</summary>
    public string? ValueOf(string name) => IsThere(name, out var variable) ? variable.Value : null;

    /// <summary>The map with a name that has this value.</summary>
    public VariableMap With(string name, string? value)
    {
        var variable = new Variable(value is null ? name : $"{name}={value}", name.Length, Count);
        var changed = With(root, 0, variable, out var isNew);
        return new VariableMap(changed, isNew ? Count + 1 : Count);
    }

    private bool IsThere(string name, out Variable variable)
    {
        var hash = Hash(name);
        var node = root;
        for (; node is object?[] branch; hash >>= BitsOfLevel) node = branch[hash % Branches];
        var leaf = (Variable[]?)node ?? [];
        var at = IndexOf(leaf, name);
        variable = at < 0 ? default : leaf[at];
        return at >= 0;
    }

    private static object With(object? node, int level, Variable variable, out bool isNew)
    {
        if (node is object?[] branch)
        {
            var slot = Slot(variable, level);
            object?[] changed = [.. branch];
            changed[slot] = With(branch[slot], level + BitsOfLevel, variable, out isNew);
            return changed;
        }

        var leaf = (Variable[]?)node ?? [];
        var at = IndexOf(leaf, variable.NameSpan);
        isNew = at < 0;
        if (!isNew)
        {
            Variable[] changed = [.. leaf];
            changed[at] = variable with { Order = leaf[at].Order };
            return changed;
        }

        // Names of one hash stay together, however many there are.
        return leaf.Length < Branches || level >= BitsOfHash ? (Variable[])[.. leaf, variable] : With(Split(leaf, level), level, variable, out isNew);
    }

    private static object?[] Split(Variable[] leaf, int level)
    {
        var branch = new object?[Branches];
        foreach (var group in leaf.GroupBy(variable => Slot(variable, level))) branch[group.Key] = group.ToArray();
        return branch;
    }

    private static int IndexOf(Variable[] leaf, ReadOnlySpan<char> name)
    {
        for (var at = 0; at < leaf.Length; at++)
        {
            if (leaf[at].NameSpan.SequenceEqual(name)) return at;
        }

        return -1;
    }

    private static IEnumerable<Variable> Leaves(object? node) => node is object?[] branch ? branch.SelectMany(Leaves) : (Variable[]?)node ?? [];

    private static int Slot(Variable variable, int level) => (int)((Hash(variable.NameSpan) >> level) % Branches);

    private static uint Hash(ReadOnlySpan<char> name) => (uint)string.GetHashCode(name);

    /// <param name="Text">The name; with a value, an equals sign and the value behind it.</param>
    /// <param name="NameLength">Where the name ends: it may have an equals sign of its own.</param>
    /// <param name="Order">How many names came before.</param>
    private readonly record struct Variable(string Text, int NameLength, int Order)
    {
        public ReadOnlySpan<char> NameSpan => Text.AsSpan(0, NameLength);

        public string Name => Text[..NameLength];

        public string? Value => Text.Length == NameLength ? null : Text[(NameLength + 1)..];
    }
}
