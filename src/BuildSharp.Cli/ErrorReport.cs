using BuildSharp.Cli.Output;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Registry.Protocol;

namespace BuildSharp.Cli;

/// <summary>Turns an exception of a verb into details and an error line on standard error, and into the exit status.</summary>
internal static class ErrorReport
{
    /// <summary>Exit status of every failure of our own.</summary>
    public const int Failure = 125;

    private const int SkopeoFailure = 1;
    private const int SkopeoNotThere = 2;

    /// <summary>Reports the failure and returns the exit status.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="surroundings">The streams to report on.</param>
    /// <param name="interrupted">Exit status when the verb was cancelled by a signal.</param>
    public static int Report(Exception error, Surroundings surroundings, int interrupted)
    {
        FlushOutput(surroundings);
        if (surroundings.Log.Threshold <= LogLevel.Debug)
        {
            Explain(error, surroundings);
        }

        if (surroundings.IsSkopeo && error is not OperationCanceledException)
        {
            new Log(surroundings.Error, LogLevel.Fatal, surroundings.ErrorIsTerminal, surroundings.Clock)
                .Write(LogLevel.Fatal, Describe(error, surroundings.Program));
            return IsNotThere(error) ? SkopeoNotThere : SkopeoFailure;
        }

        // Details come first: scripts read the last line of a failure.
        var details = (error as BuildSharpException)?.Details ?? "";
        surroundings.Error.WriteLine(AddressCredentials.Masked($"{details}Error: {Describe(error, surroundings.Program)}"));

        return error switch
        {
            BuildSharpException known => known.ExitCode,
            OperationCanceledException => interrupted,
            _ => Failure,
        };
    }

    /// <summary>Whether the error says that a place has no image of a name.</summary>
    public static bool IsNotThere(Exception? error) => error is not null
        && (error is ImageNotFoundException or RegistryException { Status: System.Net.HttpStatusCode.NotFound } || IsNotThere(error.InnerException));

    // Output from before the failure must precede the error line. If it cannot be written, the error line is still the more useful message.
    private static void FlushOutput(Surroundings surroundings)
    {
        try
        {
            surroundings.Out.Flush();
        }
        catch (BuildSharpException error)
        {
            surroundings.Log.Debug(error.Message);
        }
    }

    /// <summary>Logs inner exceptions, one per line, and prints a stack trace for a bug of ours only.</summary>
    private static void Explain(Exception error, Surroundings surroundings)
    {
        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (!error.Message.Contains(inner.Message, StringComparison.Ordinal))
            {
                surroundings.Log.Debug($"caused by {inner.GetType().Name}: {inner.Message}");
            }
        }

        if (IsBug(error))
        {
            surroundings.Error.WriteLine(error);
        }
    }

    private static bool IsBug(Exception error) =>
        error is not (BuildSharpException or OperationCanceledException or IOException or UnauthorizedAccessException);

    /// <summary>Error message: the exception's own when the user can act on it, else a statement that this is a bug.</summary>
    public static string Describe(Exception error, string program) => error switch
    {
        BuildSharpException => error.Message,
        OperationCanceledException => "interrupted",
        // Go programs print the kernel's text, in lower case, and scripts match it; .NET capitalises it.
        IOException { HResult: Errno.ENOSPC } => error.Message.Replace("No space left", "no space left", StringComparison.Ordinal),
        IOException or UnauthorizedAccessException => FileErrorText.Of(error),
        _ => $"this is a bug in {program}, please report it with the output of --log-level debug: "
            + $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}",
    };
}
