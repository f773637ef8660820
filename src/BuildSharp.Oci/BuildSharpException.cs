namespace BuildSharp.Oci;

/// <summary>A failure that the user can act on. Its message says what was attempted on what, what was found and what to do next, with names
/// as the user wrote them. Any other exception that reaches the program's entry point is a bug in this program.</summary>
public class BuildSharpException : Exception
{
    /// <summary>Creates the exception with its complete message.</summary>
    /// <param name="message">One line, without the leading <c>Error: </c> and without a final newline.</param>
    /// <param name="inner">The cause, for the debug log.</param>
    public BuildSharpException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Text to print above the message, such as the lines of the file concerned: complete lines, each with its newline. Empty for
    /// none.</summary>
    public virtual string Details => "";

    /// <summary>Exit status of the process: 125 for failures of the program itself (buildah(1), "Exit Codes").</summary>
    public virtual int ExitCode => 125;
}
