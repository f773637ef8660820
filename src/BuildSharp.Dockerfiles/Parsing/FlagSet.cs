using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>Type of a flag's value.</summary>
internal enum FlagKind
{
    /// <summary>One value.</summary>
    Text,

    /// <summary><c>true</c>, <c>false</c>, or no value for true.</summary>
    Switch,

    /// <summary>One value per flag; the flag may be repeated.</summary>
    List,
}

/// <summary>Value and place of a flag.</summary>
internal readonly record struct FlagValue(string Text, SourceSpan Span);

/// <summary>Flags of one instruction, validated against the known ones.</summary>
internal sealed class FlagSet
{
    private readonly Dictionary<string, FlagValue>? _values;
    private readonly IReadOnlyList<Word> _flags;

    /// <summary>Parses a statement's flags.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="known">Flags of the instruction, without dashes.</param>
    /// <param name="diagnostics">Receives errors.</param>
    public FlagSet(Statement statement, IReadOnlyDictionary<string, FlagKind> known, DiagnosticBag diagnostics)
    {
        _flags = statement.Flags;
        if (_flags.Count == 0)
        {
            return;
        }

        _values = [];
        foreach (var flag in _flags)
        {
            if (diagnostics.IsFull)
            {
                break;
            }

            var (name, value) = Split(flag);
            if (!known.TryGetValue(name, out var kind))
            {
                diagnostics.Error(
                    flag.Span, $"unknown flag: --{name}{Suggestion.Clause(name, known.Keys, "--")}", InstructionFlags.Allowed(statement.Name));
            }
            else if (kind != FlagKind.List && _values.ContainsKey(name))
            {
                diagnostics.Error(flag.Span, $"duplicate flag specified: --{name}", $"--{name} may be given once.");
            }
            else if (Check(flag.Span, statement.Name, name, value, kind, diagnostics) is { } given)
            {
                _values.TryAdd(name, new FlagValue(given, flag.Span));
            }
        }
    }

    /// <summary>Value and place of a flag; null if not given.</summary>
    public FlagValue? Find(string name) => _values is not null && _values.TryGetValue(name, out var value) ? value : null;

    /// <summary>Text of a flag; null if not given.</summary>
    public string? Text(string name) => Find(name)?.Text;

    /// <summary>Value of a switch; null if not given.</summary>
    public bool? Switch(string name) => Find(name) is { } value ? value.Text == "true" : null;

    /// <summary>All values of a flag that may be repeated, in order.</summary>
    public IEnumerable<FlagValue> All(string name) => Find(name) is null
        ? []
        : _flags.Select(flag => (flag.Span, Parts: Split(flag))).Where(flag => flag.Parts.Name == name && flag.Parts.Value is not null)
            .Select(flag => new FlagValue(flag.Parts.Value!, flag.Span));

    private static (string Name, string? Value) Split(Word flag)
    {
        var sign = flag.Text.IndexOf('=');
        return sign < 0 ? (flag.Text[2..], null) : (flag.Text[2..sign], flag.Text[(sign + 1)..]);
    }

    private static string? Check(SourceSpan span, string instruction, string name, string? value, FlagKind kind, DiagnosticBag diagnostics)
    {
        if (kind == FlagKind.Switch && value is null)
        {
            return "true";
        }

        if (value is null || (kind == FlagKind.Switch && value.Length == 0))
        {
            diagnostics.Error(span, $"missing a value on flag: --{name}", [.. InstructionFlags.WithValue(instruction, name, kind)]);
            return null;
        }

        if (kind != FlagKind.Switch)
        {
            return value;
        }

        if (value.ToLowerInvariant() is "true" or "false")
        {
            return value.ToLowerInvariant();
        }

        diagnostics.Error(span, $"expecting boolean value for flag --{name}, not: {value}", $"Write --{name}, --{name}=true or --{name}=false.");
        return null;
    }
}
