using BuildSharp.Cli.Output;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Cli;

/// <summary>Turns what a verb threw into the error line on standard error, with what explains it above, and the exit status.</summary>
internal static class ErrorReport
{
    /// <summary>Every failure of our own.</summary>
    public const int Failure = 125;

    /// <summary>Reports the failure, and returns the exit status.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="surroundings">Where to say it.</param>
    /// <param name="interrupted">The status of a verb that was asked to stop.</param>
    public static int Report(Exception error, Surroundings surroundings, int interrupted)
    {
        FlushOutput(surroundings);
        if (surroundings.Log.Threshold <= LogLevel.Debug)
        {
            Explain(error, surroundings);
        }

        // Scripts take the last line of a failure.
        var details = (error as BuildSharpException)?.Details ?? "";
        surroundings.Error.WriteLine(AddressCredentials.Masked($"{details}Error: {Describe(error, surroundings.Program)}"));

        return error switch
        {
            BuildSharpException known => known.ExitCode,
            OperationCanceledException => interrupted,
            _ => Failure,
        };
    }

    // What was printed before the failure stands before it. If that cannot be written, the failure itself still says the most.
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

    /// <summary>What a failure was made of, one line each. Where in our code it came up is of use with a bug of ours alone.</summary>
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

    /// <summary>The message: the failure's own where the user can act on it, else that it is a bug of ours.</summary>
    public static string Describe(Exception error, string program) => error switch
    {
        BuildSharpException => error.Message,
        OperationCanceledException => "interrupted",
        // The kernel's words, as scripts look for them; the runtime capitalises them.
        IOException { HResult: Errno.ENOSPC } => error.Message.Replace("No space left", "no space left", StringComparison.Ordinal),
        IOException or UnauthorizedAccessException => FileErrorText.Of(error),
        _ => $"this is a bug in {program}, please report it with the output of --log-level debug: "
            + $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}",
    };
}
