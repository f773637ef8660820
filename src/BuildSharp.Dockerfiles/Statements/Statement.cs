namespace BuildSharp.Dockerfiles;

/// <summary>How an instruction's arguments were written.</summary>
public enum ArgumentForm
{
    /// <summary>Words separated by blanks.</summary>
    Words,

    /// <summary>A JSON array of strings.</summary>
    Json,

    /// <summary>One text, blanks and quotes kept.</summary>
    Text,

    /// <summary>Names with values (ENV, LABEL).</summary>
    Pairs,

    /// <summary>Another instruction (ONBUILD).</summary>
    Statement,

    /// <summary>The instruction is not one we know; its arguments were not read.</summary>
    Unknown,
}

/// <summary>An instruction before its own rules are applied: keyword, flags and arguments in the shape its keyword calls for. Tools that
/// print or rewrite Dockerfiles work on these; builds work on <see cref="Instruction"/>.</summary>
public sealed record Statement
{
    /// <summary>The instruction's name as written.</summary>
    public required Word Keyword { get; init; }

    /// <summary>The name in upper case.</summary>
    public string Name => Keyword.Text.ToUpperInvariant();

    /// <summary>Flag words such as <c>--from=build</c>, without quotes.</summary>
    public required IReadOnlyList<Word> Flags { get; init; }

    /// <summary>How the arguments were written.</summary>
    public required ArgumentForm Form { get; init; }

    /// <summary>The arguments; of ENV and LABEL see <see cref="Pairs"/>, of ONBUILD see <see cref="Trigger"/>.</summary>
    public IReadOnlyList<Word> Arguments { get; init; } = [];

    /// <summary>The names and values of ENV and LABEL.</summary>
    public IReadOnlyList<NameValue> Pairs { get; init; } = [];

    /// <summary>The instruction that ONBUILD keeps for later.</summary>
    public Statement? Trigger { get; init; }

    /// <summary>Heredocs that begin on the line, in order.</summary>
    public IReadOnlyList<Heredoc> Heredocs { get; init; } = [];

    /// <summary>Everything after the flags, as written, continuations joined.</summary>
    public string Rest => Line[RestStart..End];

    /// <summary>From the first character to the last terminator of a heredoc.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>The source text: continuations joined, original case kept, comments removed. Heredoc bodies are not part of it.</summary>
    public string Original => Line[Start..End];

    /// <summary>The comment lines directly above.</summary>
    public IReadOnlyList<Word> Comments { get; init; } = [];

    /// <summary>The last line before any heredoc body, when a blank line stood inside a continuation.</summary>
    public SourceSpan? EmptyContinuation { get; init; }

    /// <summary>The text that the statement stands in: the file's, or a continued line's. A trigger shares it with its ONBUILD.</summary>
    internal string Line { get; init; } = "";

    /// <summary>Where in <see cref="Line"/> the statement starts.</summary>
    internal int Start { get; init; }

    /// <summary>Where in <see cref="Line"/> what follows the flags starts.</summary>
    internal int RestStart { get; init; }

    /// <summary>Where in <see cref="Line"/> the statement ends.</summary>
    internal int End { get; init; }

    /// <summary>The file's escape token.</summary>
    public required char EscapeToken { get; init; }
}
