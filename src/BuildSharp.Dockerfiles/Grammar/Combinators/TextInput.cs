using Sprache;

namespace BuildSharp.Dockerfiles.Grammar.Combinators;

/// <summary>A place in a text, as Sprache's own input is, but with a jump of any length in one step. Sprache advances one character
/// and one object at a time, which a run of a million characters turns into hundreds of megabytes. The text may end before its string
/// does: a line of a file is read where it stands.</summary>
internal sealed class TextInput(string source, int position, int end) : IInput
{
    private static readonly string[] Characters = [.. Enumerable.Range(0, 128).Select(code => ((char)code).ToString())];

    private readonly int _end = end;
    private Dictionary<object, object>? _memos;

    public string Source => source;

    public int Position => position;

    public bool AtEnd => position >= _end;

    public char Current => source[position];

    // Grammars run over one logical line; the line map turns positions into places in the file.
    public int Line => 1;

    public int Column => position + 1;

    public IDictionary<object, object> Memos => _memos ??= [];

    public IInput Advance() => AtEnd ? throw new InvalidOperationException("The input is at its end.") : new TextInput(source, position + 1, _end);

    /// <summary>Jumps to a later place.</summary>
    public static IInput At(IInput input, int position) => position == input.Position ? input : new TextInput(input.Source, position, EndOf(input));

    /// <summary>Just past the last character of the text.</summary>
    public static int EndOf(IInput input) => ((TextInput)input)._end;

    /// <summary>What is left of the text.</summary>
    public static ReadOnlySpan<char> RestOf(IInput input) => input.Source.AsSpan(input.Position, EndOf(input) - input.Position);

    /// <summary>A stretch of a text. One character is mostly a blank or a quote, and needs no string of its own.</summary>
    public static string Between(string source, int start, int end) =>
        end - start == 1 && source[start] < Characters.Length ? Characters[source[start]] : source[start..end];

    public bool Equals(IInput? other) => other is not null && other.Position == position && ReferenceEquals(other.Source, source);

    public override bool Equals(object? obj) => Equals(obj as IInput);

    public override int GetHashCode() => position;
}
