using System.Collections.Immutable;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>An immutable map of variables that keeps the order of first definition.</summary>
internal sealed class VariableMap
{
    private readonly ImmutableDictionary<string, Variable> _variables;

    private VariableMap(ImmutableDictionary<string, Variable> variables) => _variables = variables;

    /// <summary>A map without variables.</summary>
    public static VariableMap Empty { get; } = new(ImmutableDictionary<string, Variable>.Empty);

    /// <summary>Number of variables.</summary>
    public int Count => _variables.Count;

    /// <summary>The names in order.</summary>
    public IEnumerable<string> Names => InOrder.Select(variable => variable.Key);

    /// <summary>The variables in order.</summary>
    public IEnumerable<KeyValuePair<string, string?>> InOrder =>
        _variables.OrderBy(variable => variable.Value.Number).Select(variable => KeyValuePair.Create(variable.Key, variable.Value.Value));

    /// <summary>Whether the variable exists, with or without a value.</summary>
    public bool Contains(string name) => _variables.ContainsKey(name);

    /// <summary>Value of a variable; null when it has none or does not exist.</summary>
    public string? ValueOf(string name) => _variables.TryGetValue(name, out var variable) ? variable.Value : null;

    /// <summary>Adds a variable or replaces its value.</summary>
    public VariableMap With(string name, string? value) =>
        new(_variables.SetItem(name, new Variable(_variables.TryGetValue(name, out var before) ? before.Number : Count, value)));

    /// <param name="Number">Position in the order.</param>
    /// <param name="Value">The value; null for none.</param>
    private readonly record struct Variable(int Number, string? Value);
}
