namespace BuildSharp.Cli.Output;

/// <summary>Flags, width and precision between <c>%</c> and the verb of a format.</summary>
internal record struct FormatFlags
{
    /// <summary>Largest width and precision; Go has the same limit.</summary>
    public const int Largest = 1_000_000;

    /// <summary>Minimum number of characters.</summary>
    public int? Width { get; set; }

    /// <summary>Maximum characters of a text, minimum digits of an integer, digits after the point of a float.</summary>
    public int? Precision { get; set; }

    /// <summary><c>-</c>: pad with blanks on the right.</summary>
    public bool Left { get; set; }

    /// <summary><c>0</c>: pad with zeros instead of blanks.</summary>
    public bool Zero { get; set; }

    /// <summary><c>+</c>: always print the sign of a number; escape non-ASCII characters in quoted text.</summary>
    public bool Plus { get; set; }

    /// <summary>A blank: leave a place for the sign, or separate bytes in hexadecimal.</summary>
    public bool Space { get; set; }

    /// <summary><c>#</c>: alternate form of the verb, such as <c>0x</c> before numbers.</summary>
    public bool Sharp { get; set; }

    /// <summary><c>%+v</c>: print field names of structs.</summary>
    public bool FieldNames { get; set; }

    /// <summary><c>%#v</c>: print values in Go syntax.</summary>
    public bool GoSyntax { get; set; }
}
