namespace BuildSharp.Cli.Output;

/// <summary>What stands between <c>%</c> and the verb of a format.</summary>
internal record struct FormatFlags
{
    /// <summary>The largest width and precision; Go has the same bound.</summary>
    public const int Largest = 1_000_000;

    /// <summary>Fewest characters.</summary>
    public int? Width { get; set; }

    /// <summary>Most characters of a text, fewest digits of a whole number, digits behind the point of another.</summary>
    public int? Precision { get; set; }

    /// <summary><c>-</c>: blanks go behind.</summary>
    public bool Left { get; set; }

    /// <summary><c>0</c>: zeros fill up, not blanks.</summary>
    public bool Zero { get; set; }

    /// <summary><c>+</c>: numbers always have a sign, quoted texts nothing but ASCII.</summary>
    public bool Plus { get; set; }

    /// <summary>A blank: room for a sign, or blanks between bytes in hexadecimal.</summary>
    public bool Space { get; set; }

    /// <summary><c>#</c>: the other form of the verb, such as <c>0x</c> before numbers.</summary>
    public bool Sharp { get; set; }

    /// <summary><c>%+v</c>: structs show the names of their fields.</summary>
    public bool FieldNames { get; set; }

    /// <summary><c>%#v</c>: values as Go source text.</summary>
    public bool GoSyntax { get; set; }
}
