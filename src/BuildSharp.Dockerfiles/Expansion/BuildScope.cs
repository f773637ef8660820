using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>The variables visible at one place of a Dockerfile (Dockerfile reference, "ARG", "Scope"). Immutable: each instruction returns
/// the scope of the next one, so a stage can start with the final scope of another.</summary>
/// <remarks>ENV takes precedence over ARG of the same name, even if the ARG follows it, as in buildah and in the Dockerfile
/// reference.</remarks>
public sealed class BuildScope
{
    private readonly BuildArguments _given;
    private readonly SpentLength _spent;
    private readonly BuildScope? _global;
    private readonly VariableMap _environment;
    private readonly VariableMap _arguments;

    private BuildScope(BuildArguments given, SpentLength spent, BuildScope? global, VariableMap environment, VariableMap arguments)
    {
        _given = given;
        _spent = spent;
        _global = global;
        _environment = environment;
        _arguments = arguments;
    }

    /// <summary>The image's environment so far, in the order of first definition.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment =>
        [.. _environment.InOrder.Select(variable => KeyValuePair.Create(variable.Key, variable.Value!))];

    /// <summary>The arguments declared so far, in order; the value is null for an argument without value.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Arguments => [.. _arguments.InOrder];

    /// <summary>Environment of a RUN: the image's environment, arguments with a value that it does not define, and proxy
    /// variables.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RunEnvironment =>
    [
        .. Environment,
        .. Arguments.Where(a => a.Value is not null && !_environment.Contains(a.Key)).Select(a => KeyValuePair.Create(a.Key, a.Value!)),
        .. BuildArguments.Proxies.Where(name => !_environment.Contains(name) && !_arguments.Contains(name))
            .Select(name => (name, value: Proxy(name))).Where(p => p.value is not null).Select(p => KeyValuePair.Create(p.name, p.value!)),
    ];

    /// <summary>The scope of lines before the first FROM.</summary>
    public static BuildScope Global(BuildArguments given) => new(given, new SpentLength(), null, VariableMap.Empty, VariableMap.Empty);

    /// <summary>The scope of a stage's first line. Global arguments are visible only after the stage declares them.</summary>
    /// <param name="baseEnvironment">The environment of the base image, in order.</param>
    /// <param name="parent">The final scope of the stage it is based on; null when it is based on an image.</param>
    public BuildScope EnterStage(IEnumerable<KeyValuePair<string, string>> baseEnvironment, BuildScope? parent = null) =>
        new BuildScope(_given, _spent, _global ?? this, VariableMap.Empty, parent?._arguments ?? VariableMap.Empty).WithEnvironment(baseEnvironment);

    /// <summary>The scope of the first line of a stage based on another stage, computed from the text before the build.</summary>
    /// <param name="parent">The final scope of the other stage.</param>
    public BuildScope EnterStageFrom(BuildScope parent) => new(_given, _spent, _global ?? this, parent._environment, parent._arguments);

    /// <summary>Value of a variable; null when it is not set. For <see cref="Instruction.Expand(Func{string, string?})"/>.</summary>
    public string? Lookup(string name)
    {
        if (_environment.ValueOf(name) is { } value)
        {
            return value;
        }

        if (_arguments.Contains(name))
        {
            return _arguments.ValueOf(name);
        }

        // FROM lines see the automatic arguments without a declaration; stages must declare them.
        return Proxy(name) ?? (_global is null ? _given.Automatic(name) : null);
    }

    /// <summary>The scope after an expanded ENV.</summary>
    /// <exception cref="DockerfileException">The total length of all values exceeds the limit.</exception>
    public BuildScope Set(EnvInstruction instruction) => WithEnvironment(instruction.Pairs.Select(pair =>
    {
        _spent.Add(pair.Value, instruction);
        return KeyValuePair.Create(pair.Name, pair.Value);
    }));

    /// <summary>The scope after an ARG as written: each argument is visible to the next.</summary>
    /// <exception cref="DockerfileException">A default cannot be expanded.</exception>
    public BuildScope Declare(ArgInstruction instruction)
    {
        var scope = this;
        foreach (var argument in instruction.Arguments)
        {
            scope = scope.Declare(instruction, argument);
        }

        return scope;
    }

    /// <summary>Arguments that were given but not declared by any ARG, without the proxy variables, which need no declaration.</summary>
    public static IReadOnlyList<string> Unconsumed(BuildArguments given, IEnumerable<string> declared) =>
        [.. given.Given.Keys.Except(declared).Except(BuildArguments.Proxies).Except(BuildArguments.AutomaticNames)
            .Order(StringComparer.Ordinal)];

    private BuildScope Declare(ArgInstruction instruction, ArgDeclaration argument)
    {
        var name = argument.Name;
        if (!_given.Given.TryGetValue(name, out var value))
        {
            value = argument.Default is { } written
                ? _spent.Add(new InstructionExpander(instruction, Lookup).Word(written), instruction)
                : _global?._arguments.ValueOf(name) ?? _given.Automatic(name) ?? _arguments.ValueOf(name);
        }

        return new BuildScope(_given, _spent, _global, _environment, _arguments.With(name, value));
    }

    private BuildScope WithEnvironment(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new(_given, _spent, _global, pairs.Aggregate(_environment, (before, pair) => before.With(pair.Key, pair.Value)), _arguments);

    /// <summary>Total length of all variable values set so far in this file, across stages. Bounded by <see cref="ExpansionLimit.Values"/>.</summary>
    private sealed class SpentLength
    {
        private int _length;

        /// <summary>Adds the length of a value and returns the value.</summary>
        public string Add(string value, Instruction instruction) => Interlocked.Add(ref _length, value.Length) <= ExpansionLimit.Values
            ? value
            : throw new DockerfileException(
                instruction.Span, FormattableString.Invariant($"the values of ENV and ARG come to more than {ExpansionLimit.Values:N0} characters"));
    }

    private string? Proxy(string name) => BuildArguments.Proxies.Contains(name)
        ? _given.Given.GetValueOrDefault(name) ?? _given.InheritedProxies.GetValueOrDefault(name)
        : null;
}
