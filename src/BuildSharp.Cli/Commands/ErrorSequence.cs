using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Failures of a verb that continues with its next argument: prints all but the last, and throws the last at the end.</summary>
internal sealed class ErrorSequence(Invocation call)
{
    private Exception? _last;

    /// <summary>Runs the work for one argument and records its failure.</summary>
    /// <param name="work">The work.</param>
    /// <param name="context">Prefix for the message.</param>
    /// <param name="isMoot">Called after a failure; true when another process has done the work meanwhile, and the failure is
    /// dropped.</param>
    public void Try(Action work, string context = "", Func<bool>? isMoot = null)
    {
        try
        {
            work();
        }
        catch (Exception error) when (error is BuildSharpException or IOException or UnauthorizedAccessException)
        {
            if (isMoot?.Invoke() == true)
            {
                return;
            }

            ReportLast();
            _last = new BuildSharpException(context + error.Message, error);
        }
    }

    /// <summary>Throws the last failure; returns when there is none.</summary>
    public void ThrowLast()
    {
        if (_last is { } error)
        {
            throw error;
        }
    }

    private void ReportLast()
    {
        if (_last is not { } error)
        {
            return;
        }

        call.Out.Flush();
        call.Error.WriteLine(error.Message);
    }
}
