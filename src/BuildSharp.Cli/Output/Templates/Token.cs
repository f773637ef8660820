namespace BuildSharp.Cli.Output.Templates;

/// <summary>What a piece of an action is.</summary>
internal enum TokenKind
{
    /// <summary>Text outside actions.</summary>
    Literal,

    /// <summary>The end of an action.</summary>
    Close,

    /// <summary>A keyword or a function's name.</summary>
    Word,

    /// <summary><c>.Name</c>.</summary>
    Field,

    /// <summary><c>.</c> alone.</summary>
    Dot,

    /// <summary><c>$</c> or <c>$name</c>.</summary>
    Variable,

    /// <summary>A quoted text, unquoted.</summary>
    Text,

    /// <summary>A number as written.</summary>
    Number,

    /// <summary><c>| ( ) , = :=</c>.</summary>
    Symbol,

    /// <summary>Blanks between operands; it tells <c>.A.B</c> from <c>.A .B</c>.</summary>
    Space,

    /// <summary>The end of the template.</summary>
    End,
}

/// <summary>A piece of a template, with where it starts (for messages).</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line, int Column);
