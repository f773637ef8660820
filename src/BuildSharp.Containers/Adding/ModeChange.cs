using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary>A value of <c>--chmod</c>: octal, as in <c>755</c> or <c>0o755</c>, or symbolic, as in <c>u=rwX,go=rX</c> or <c>g=u</c>
/// (chmod(1), which BuildKit follows too).</summary>
public sealed class ModeChange
{
    private const int SetUid = (int)UnixFileMode.SetUser;
    private const int SetGid = (int)UnixFileMode.SetGroup;
    private const int Sticky = (int)UnixFileMode.StickyBit;

    private readonly int? _absolute;
    private readonly IReadOnlyList<Clause> _clauses;

    private ModeChange(int? absolute, IReadOnlyList<Clause> clauses)
    {
        _absolute = absolute;
        _clauses = clauses;
    }

    /// <summary>Parses both forms.</summary>
    /// <exception cref="BuildSharpException">The text is neither an octal number up to 07777 nor a symbolic mode.</exception>
    public static ModeChange Parse(string text)
    {
        var digits = text.StartsWith("0o", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (digits.Length > 0 && digits.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0)
        {
            var value = digits.TrimStart('0') is { Length: <= 4 } significant ? Convert.ToInt32("0" + significant, 8) : int.MaxValue;
            return value <= Octal.O7777 ? new ModeChange(value, []) : throw Malformed(text);
        }

        return new ModeChange(null, [.. text.Split(',').SelectMany(clause => ReadClause(text, clause))]);
    }

    /// <summary>The new permission bits of an item.</summary>
    /// <param name="mode">Its present permission bits, including setuid, setgid and sticky.</param>
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

    private static IEnumerable<Clause> ReadClause(string whole, string text)
    {
        var at = 0;
        var who = 0;
        for (; at < text.Length && "ugoa".Contains(text[at]); at++)
        {
            who |= text[at] switch { 'u' => 0b100, 'g' => 0b010, 'o' => 0b001, _ => 0b111 };
        }

        if (at == text.Length)
        {
            throw Malformed(whole);
        }

        var result = new List<Clause>();
        while (at < text.Length)
        {
            var action = text[at++];
            var start = at;
            if (at < text.Length && "ugo".Contains(text[at]))
            {
                at++;
            }
            else
            {
                while (at < text.Length && "rwxXst".Contains(text[at]))
                {
                    at++;
                }
            }

            if (action is not ('+' or '-' or '=') || (at < text.Length && text[at] is not ('+' or '-' or '=')))
            {
                throw Malformed(whole);
            }

            result.Add(new Clause(who == 0 ? 0b111 : who, action, text[start..at]));
        }

        return result;
    }

    private static BuildSharpException Malformed(string text) =>
        new($"Error parsing chmod {text}: invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777");

    private readonly record struct Clause(int Who, char Action, string Permissions)
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
