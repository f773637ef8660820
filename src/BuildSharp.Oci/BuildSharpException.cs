namespace BuildSharp.Oci;

/// <summary>A failure that the user can act on. Its message is the whole story: what was attempted, on what, what was found and
/// what to do next, in the user's spelling. Anything else that reaches the program's entry is a bug of ours.</summary>
public class BuildSharpException : Exception
{
    /// <summary>Creates the failure with its complete message.</summary>
    /// <param name="message">One line, without the leading <c>Error: </c> and without a final newline.</param>
    /// <param name="inner">What it was made of, for the debug log.</param>
    public BuildSharpException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>What a person reads above the message, such as the lines of a file that it is about: whole lines, each with its newline.
    /// Empty when the message says it all.</summary>
    public virtual string Details => "";

    /// <summary>The status the process ends with: 125 for every failure of our own (buildah(1), "Exit Codes").</summary>
    public virtual int ExitCode => 125;
}
