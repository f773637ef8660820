using System.Diagnostics;
using System.Globalization;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Flags;

/// <summary>Flag values of a command line: the value given, else that of the environment, else the default.</summary>
/// <remarks>"Set to empty" and "not set" differ: several verbs treat them differently.</remarks>
internal sealed class FlagValues(FlagSet flags, IReadOnlyDictionary<string, string> environment)
{
    private readonly Dictionary<string, List<string>> _given = new(StringComparer.Ordinal);

    /// <summary>Flags on the command line, in order of their first occurrence.</summary>
    public IEnumerable<FlagDefinition> Given => _given.Keys.Select(name => Known(name));

    /// <summary>Whether the verb has the flag.</summary>
    public bool Has(string name) => flags.Find(name) is not null;

    /// <summary>Whether the flag is on the command line, with any value.</summary>
    public bool IsSet(string name) => _given.ContainsKey(Known(name).Name);

    /// <summary>Value of a bool flag.</summary>
    public bool Bool(string name) => Scalar(Known(name)) is { } text && GoWords.TryParseBool(text, out var value) && value;

    /// <summary>Value of a text flag; null when nothing sets it.</summary>
    public string? Text(string name) => Scalar(Known(name));

    /// <summary>Value of a text flag; null when it is not set or empty.</summary>
    public string? NonEmptyText(string name) => Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>Value of a number flag; null when nothing sets it.</summary>
    public long? Number(string name) =>
        Scalar(Known(name)) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>All values of a repeatable flag, in order; empty when nothing sets it.</summary>
    public IReadOnlyList<string> All(string name)
    {
        var flag = Known(name);
        if (_given.TryGetValue(flag.Name, out var values))
        {
            return values;
        }

        var fallback = FromEnvironment(flag) ?? flag.Default;
        return fallback is null ? [] : flag.Kind == FlagKind.List ? [fallback] : CsvRecord.Parse(fallback);
    }

    /// <summary>All values of a repeatable number flag.</summary>
    public IReadOnlyList<long> Numbers(string name) => [.. All(name).Select(text => long.Parse(text, CultureInfo.InvariantCulture))];

    /// <summary>Adds one occurrence after checking its value.</summary>
    /// <exception cref="BuildSharpException">The value does not fit the kind of the flag.</exception>
    public void Add(FlagDefinition flag, string value)
    {
        if (!_given.TryGetValue(flag.Name, out var values))
        {
            _given[flag.Name] = values = [];
        }

        try
        {
            switch (flag.Kind)
            {
                case FlagKind.Bool when !GoWords.TryParseBool(value, out _):
                    throw new FormatException($"strconv.ParseBool: parsing {GoQuoting.Quote(value)}: invalid syntax");
                case FlagKind.Number:
                    values.Clear();
                    values.Add(GoWords.ParseInteger(value, "ParseInt").ToString(CultureInfo.InvariantCulture));
                    break;
                case FlagKind.NumberList:
                    values.AddRange(value.Split(',').Select(
                        text => GoWords.ParseInteger(text, "Atoi").ToString(CultureInfo.InvariantCulture)));
                    break;
                case FlagKind.CsvList:
                    values.AddRange(CsvRecord.Parse(value));
                    break;
                case FlagKind.List:
                    values.Add(value);
                    break;
                default:
                    values.Clear();
                    values.Add(value);
                    break;
            }
        }
        catch (FormatException error)
        {
            throw new BuildSharpException(
                $"invalid argument {GoQuoting.Quote(value)} for {GoQuoting.Quote(flag.Spelling)} flag: {error.Message}", error);
        }
    }

    /// <summary>Replaces the environment that supplies defaults for flags.</summary>
    public void UseEnvironment(IReadOnlyDictionary<string, string> variables) => environment = variables;

    /// <summary>Refuses the given flags that are not supported, unless their value asks for the only supported behaviour.</summary>
    /// <exception cref="BuildSharpException">A flag is refused; the message names it.</exception>
    public void RefuseUnsupported()
    {
        foreach (var (name, values) in _given)
        {
            var flag = Known(name);
            if (flag.Support == FlagSupport.Refused && !values.TrueForAll(value => flag.HarmlessValues.Contains(value)))
            {
                throw new BuildSharpException($"--{flag.Name} is not supported yet: {flag.Reason}");
            }
        }
    }

    private string? Scalar(FlagDefinition flag) =>
        _given.TryGetValue(flag.Name, out var values) && values.Count > 0 ? values[^1] : FromEnvironment(flag) ?? flag.Default;

    private string? FromEnvironment(FlagDefinition flag) =>
        flag.Variable is { } name && environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    private FlagDefinition Known(string name) =>
        flags.Find(name) ?? throw new UnreachableException($"the verb has no flag --{name}");
}
