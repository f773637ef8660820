using System.Collections.Immutable;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Names with values, in the order the names first came. Immutable: a change gives another map.</summary>
internal sealed class VariableMap
{
    private readonly ImmutableDictionary<string, Variable> _variables;

    private VariableMap(ImmutableDictionary<string, Variable> variables) => _variables = variables;

    /// <summary>A map without variables.</summary>
    public static VariableMap Empty { get; } = new(ImmutableDictionary<string, Variable>.Empty);

    /// <summary>How many names there are.</summary>
    public int Count => _variables.Count;

    /// <summary>The names in order.</summary>
    public IEnumerable<string> Names => InOrder.Select(variable => variable.Key);

    /// <summary>The variables in order.</summary>
    public IEnumerable<KeyValuePair<string, string?>> InOrder =>
        _variables.OrderBy(variable => variable.Value.Number).Select(variable => KeyValuePair.Create(variable.Key, variable.Value.Value));

    /// <summary>Whether a name is there, with a value or without.</summary>
    public bool Contains(string name) => _variables.ContainsKey(name);

    /// <summary>The value of a name; null when it has none or is not there.</summary>
    public string? ValueOf(string name) => _variables.TryGetValue(name, out var variable) ? variable.Value : null;

    /// <summary>The map with a name that has this value.</summary>
    public VariableMap With(string name, string? value) =>
        new(_variables.SetItem(name, new Variable(_variables.TryGetValue(name, out var before) ? before.Number : Count, value)));

    /// <param name="Number">How many names came before.</param>
    /// <param name="Value">Null for none.</param>
    private readonly record struct Variable(int Number, string? Value);
}
