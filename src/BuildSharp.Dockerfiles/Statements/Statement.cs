using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Statements;

/// <summary>Form in which an instruction's arguments were written.</summary>
public enum ArgumentForm
{
    /// <summary>Words separated by blanks.</summary>
    Words,

    /// <summary>A JSON array of strings.</summary>
    Json,

    /// <summary>One text, with blanks and quotes.</summary>
    Text,

    /// <summary>Names with values (ENV and LABEL).</summary>
    Pairs,

    /// <summary>Another instruction (ONBUILD).</summary>
    Statement,

    /// <summary>The instruction is unknown; its arguments were not parsed.</summary>
    Unknown,
}

/// <summary>An instruction before its own rules are applied: keyword, flags and arguments in the form that the keyword requires. For tools
/// that print or rewrite Dockerfiles; builds use <see cref="Instruction"/>.</summary>
public sealed record Statement
{
    /// <summary>Name of the instruction as written.</summary>
    public required Word Keyword { get; init; }

    /// <summary>Name of the instruction in upper case.</summary>
    public string Name => Keyword.Text.ToUpperInvariant();

    /// <summary>Flags such as <c>--from=build</c>, without quotes.</summary>
    public required IReadOnlyList<Word> Flags { get; init; }

    /// <summary>Form of the arguments.</summary>
    public required ArgumentForm Form { get; init; }

    /// <summary>The arguments; for ENV and LABEL see <see cref="Pairs"/>, for ONBUILD <see cref="Trigger"/>.</summary>
    public IReadOnlyList<Word> Arguments { get; init; } = [];

    /// <summary>Names and values of ENV and LABEL.</summary>
    public IReadOnlyList<NameValue> Pairs { get; init; } = [];

    /// <summary>The instruction of ONBUILD; null for others.</summary>
    public Statement? Trigger { get; init; }

    /// <summary>Heredocs that start on the line, in order.</summary>
    public IReadOnlyList<Heredoc> Heredocs { get; init; } = [];

    /// <summary>The text after the flags as written, with continuations joined.</summary>
    public string Rest => Line[RestStart..End];

    /// <summary>From the first character to the end of the last heredoc.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>Source text in original case, with continuations joined and comments removed, without heredoc bodies.</summary>
    public string Original => Line[Start..End];

    /// <summary>The comment lines directly above.</summary>
    public IReadOnlyList<Word> Comments { get; init; } = [];

    /// <summary>Place of the last line before any heredoc body, if there was a blank line in a continuation; null otherwise.</summary>
    public SourceSpan? EmptyContinuation { get; init; }

    /// <summary>The text that contains the statement: the whole file, or the joined text of a continued line. ONBUILD and its trigger share
    /// it.</summary>
    internal string Line { get; init; } = "";

    /// <summary>Offset of the statement in <see cref="Line"/>.</summary>
    internal int Start { get; init; }

    /// <summary>Offset in <see cref="Line"/> of the text after the flags.</summary>
    internal int RestStart { get; init; }

    /// <summary>Offset in <see cref="Line"/> after the statement.</summary>
    internal int End { get; init; }

    /// <summary>The file's escape character.</summary>
    public required char EscapeToken { get; init; }
}
