namespace BuildSharp.Cli.Output.Templates;

/// <summary>Kind of a token.</summary>
internal enum TokenKind
{
    /// <summary>Text outside actions.</summary>
    Literal,

    /// <summary>The end of an action.</summary>
    Close,

    /// <summary>A keyword or the name of a function.</summary>
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

    /// <summary>Blanks between operands, which distinguish <c>.A .B</c> from <c>.A.B</c>.</summary>
    Space,

    /// <summary>The end of the template.</summary>
    End,
}

/// <summary>A token with its position, for messages.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line, int Column);
