using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Grammar;

namespace BuildSharp.Dockerfiles.Lines;

/// <summary>Collects the directives at the top of a file, up to the first line that is not a directive.</summary>
internal sealed class DirectiveReader(DiagnosticBag diagnostics)
{
    private static readonly string[] Known = ["syntax", "escape", "check"];
    private readonly List<Directive> _directives = [];
    private bool _isOver;

    /// <summary>Creates a reader for text after the directives, with a known escape character.</summary>
    public DirectiveReader(DiagnosticBag diagnostics, char escapeToken)
        : this(diagnostics) => (EscapeToken, _isOver) = (escapeToken, true);

    /// <summary>The directives so far.</summary>
    public IReadOnlyList<Directive> Directives => _directives;

    /// <summary>The character that escapes characters and continues lines.</summary>
    public char EscapeToken { get; private set; } = '\\';

    /// <summary>Examines a line.</summary>
    /// <returns>Whether the line is a directive.</returns>
    public bool Offer(bool isComment, ReadOnlySpan<char> line, SourceSpan span)
    {
        if (_isOver)
        {
            return false;
        }

        if (!isComment || !DirectiveGrammar.Directive.TryRead(line, out var directive) ||
            !Known.Contains(directive.Name.ToLowerInvariant()))
        {
            _isOver = true;
            return false;
        }

        var name = directive.Name.ToLowerInvariant();
        if (_directives.Any(d => d.Name == name))
        {
            diagnostics.Error(span, $"only one {name} parser directive can be used");
        }
        else if (name == "escape" && directive.Value is not ("\\" or "`"))
        {
            diagnostics.Error(span, $"invalid escape token '{directive.Value}' does not match ` or \\");
        }
        else if (name == "escape")
        {
            EscapeToken = directive.Value[0];
        }

        _directives.Add(new Directive(name, directive.Value, span));
        return true;
    }
}
