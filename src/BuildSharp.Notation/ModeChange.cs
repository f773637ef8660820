using Pidgin;
using static Pidgin.Parser;

namespace BuildSharp.Notation;

/// <summary>A value of <c>--chmod</c>: octal such as <c>755</c> or <c>0o755</c>, or symbolic such as <c>u=rwX,go=rX</c> or <c>g=u</c>
/// (chmod(1), as in BuildKit; <c>grammar/mode.ebnf</c>).</summary>
public sealed class ModeChange
{
    private const int SetUid = (int)UnixFileMode.SetUser;
    private const int SetGid = (int)UnixFileMode.SetGroup;
    private const int Sticky = (int)UnixFileMode.StickyBit;
    private const int MostBits = (1 << 12) - 1;

    private readonly int? _absolute;
    private readonly IReadOnlyList<Clause> _clauses;

    private ModeChange(int? absolute, IReadOnlyList<Clause> clauses)
    {
        _absolute = absolute;
        _clauses = clauses;
    }

    internal static Parser<char, string> OctalMode { get; } =
        Try(CIString("0o")).SkipOptional().Then(Run.AtLeastOne(c => c is >= '0' and <= '7', "octal digit"));

    internal static Parser<char, int> Who { get; } = OneOf(
        Char('u').ThenReturn(0b100), Char('g').ThenReturn(0b010), Char('o').ThenReturn(0b001), Char('a').ThenReturn(0b111));

    internal static Parser<char, string> CopiedClass { get; } = OneOf('u', 'g', 'o').Select(c => c.ToString());

    internal static Parser<char, (char Action, string Permissions)> ModeAction { get; } =
        OneOf('+', '-', '=').Then(CopiedClass.Or(Run.Of("rwxXst".Contains)), (action, permissions) => (action, permissions));

    internal static Parser<char, IEnumerable<Clause>> ModeClause { get; } =
        Who.Repeated().Then(
            ModeAction.RepeatedAtLeastOnce(),
            (who, actions) => actions.Select(action => new Clause(
                who.Count == 0 ? 0b111 : who.Aggregate((all, one) => all | one), action.Action, action.Permissions)));

    internal static Parser<char, IReadOnlyList<Clause>> SymbolicMode { get; } =
        ModeClause.SeparatedBy(Char(',')).Select(clauses => (IReadOnlyList<Clause>)[.. clauses.SelectMany(clause => clause)]);

    /// <summary>Parses either form.</summary>
    /// <exception cref="FormatException">The text is neither an octal number up to 07777 nor a symbolic mode.</exception>
    public static ModeChange Parse(string text) =>
        TryParseOctal(text, out var mode) ? new ModeChange(mode, [])
        : SymbolicMode.Before(Parser<char>.End).Parse(text) is { Success: true, Value: var clauses } ? new ModeChange(null, clauses)
        : throw new FormatException(
            $"Error parsing chmod {text}: invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777");

    /// <summary>Parses the octal form, which is a complete mode.</summary>
    /// <returns>False when the text is not an octal number up to 07777.</returns>
    public static bool TryParseOctal(string text, out int mode)
    {
        mode = 0;
        if (OctalMode.Before(Parser<char>.End).Parse(text) is not { Success: true, Value: var digits })
        {
            return false;
        }

        mode = digits.TrimStart('0') is { Length: <= 4 } significant ? Convert.ToInt32("0" + significant, 8) : int.MaxValue;
        return mode <= MostBits;
    }

    /// <summary>The permission bits of a file after the change.</summary>
    /// <param name="mode">Its current permission bits, including setuid, setgid and sticky.</param>
    /// <param name="isDirectory">Whether it is a directory, for <c>X</c>.</param>
    public int Apply(int mode, bool isDirectory)
    {
        if (_absolute is { } value)
        {
            return value;
        }

        foreach (var clause in _clauses)
        {
            mode = clause.Apply(mode, isDirectory);
        }

        return mode;
    }

    internal readonly record struct Clause(int Who, char Action, string Permissions)
    {
        public int Apply(int mode, bool isDirectory)
        {
            var bits = 0;
            var affected = 0;
            for (var shift = 0; shift < 3; shift++)
            {
                if ((Who >> shift & 1) == 0)
                {
                    continue;
                }

                affected |= 7 << (3 * shift);
                bits |= Rwx(mode, isDirectory) << (3 * shift);
            }

            var (setUid, setGid, sticky) = ((Who & 0b100) != 0, (Who & 0b010) != 0, (Who & 0b001) != 0);
            affected |= (setUid ? SetUid : 0) | (setGid ? SetGid : 0) | (sticky ? Sticky : 0);
            bits |= Permissions.Contains('s') ? (setUid ? SetUid : 0) | (setGid ? SetGid : 0) : 0;
            bits |= Permissions.Contains('t') && sticky ? Sticky : 0;
            return Action switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,
                _ => (mode & ~affected) | bits,
            };
        }

        private int Rwx(int mode, bool isDirectory)
        {
            // Copy the permissions of another class, as in "g=u".
            if (Permissions is "u" or "g" or "o")
            {
                return mode >> (Permissions switch { "u" => 6, "g" => 3, _ => 0 }) & 7;
            }

            var bits = Permissions.Contains('r') ? 4 : 0;
            bits |= Permissions.Contains('w') ? 2 : 0;
            var executable = Permissions.Contains('x') || (Permissions.Contains('X') && (isDirectory || (mode & 0x49) != 0));
            return executable ? bits | 1 : bits;
        }
    }
}
