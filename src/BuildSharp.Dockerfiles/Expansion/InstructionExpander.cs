using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Expands the words of one instruction, and adds their places to errors.</summary>
internal sealed class InstructionExpander(Instruction instruction, Func<string, string?> lookup)
{
    private readonly VariableExpansion _expansion = new(lookup, instruction.EscapeToken);

    /// <summary>Expands a word to one word.</summary>
    public string Word(string word) => ShellWords.IsFinal(word, instruction.EscapeToken) ? word : Expanded(word);

    /// <summary>Expands the base image of FROM, which must not be empty.</summary>
    public string Base(string word, SourceSpan span) => Word(word) is { Length: > 0 } text
        ? text
        : throw new DockerfileException(
            span, $"base name ({word}) should not be blank", "FROM sees only what ARG declares above the first FROM, and --build-arg for those names.");

    /// <summary>Expands an optional flag value.</summary>
    public string? Optional(string? word) => word is null ? null : Word(word);

    /// <summary>Expands a word to any number of words.</summary>
    public IEnumerable<Word> Words(Word word) =>
        Attempt(() => _expansion.ExpandToWords(word.Text)).Select(text => word with { Text = text });

    /// <summary>Expands a name and its value.</summary>
    public NameValue Pair(NameValue pair) => pair with { Name = Word(pair.Name), Value = Word(pair.Value) };

    /// <summary>Expands each item of a list.</summary>
    public static IReadOnlyList<TResult> Each<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> expand) => [.. items.Select(expand)];

    /// <summary>Expands a source of COPY or ADD.</summary>
    public CopySource Source(CopySource source) => source switch
    {
        PathSource path => path with { Path = Word(path.Path) },
        HeredocSource { Heredoc.Expands: true } file => file with { Content = Attempt(() => _expansion.ExpandBody(file.Content)) },
        HeredocSource file => file,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private string Expanded(string word) => Attempt(() => _expansion.Expand(word));

    private T Attempt<T>(Func<T> expand)
    {
        try
        {
            return expand();
        }
        catch (ExpansionException error)
        {
            throw new DockerfileException(instruction.Span, error.Message, error.Hints);
        }
    }
}
