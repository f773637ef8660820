using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>The failures of a verb that goes on with its next argument: all but the last are printed plainly, the last is the verb's own.</summary>
internal sealed class ErrorSequence(Invocation call)
{
    private Exception? _last;

    /// <summary>Runs one argument's work, and keeps its failure.</summary>
    /// <param name="work">The work.</param>
    /// <param name="context">What the message gets in front.</param>
    /// <param name="isMoot">Asked after a failure: whether somebody else has done the work meanwhile.</param>
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

    /// <summary>Fails with the last failure, if there was one.</summary>
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
