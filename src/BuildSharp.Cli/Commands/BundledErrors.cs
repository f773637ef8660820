using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Collects the failures of a verb's arguments and reports them together at the end.</summary>
internal sealed class BundledErrors
{
    private readonly List<string> _messages = [];

    /// <summary>Runs the work for one argument and records its failure.</summary>
    /// <param name="work">The work.</param>
    /// <param name="isMoot">Called after a failure; true when another process has done the work meanwhile, and the failure is
    /// dropped.</param>
    public void Try(Action work, Func<bool>? isMoot = null)
    {
        try
        {
            work();
        }
        catch (Exception error) when (error is BuildSharpException or IOException or UnauthorizedAccessException)
        {
            if (isMoot?.Invoke() != true)
            {
                _messages.Add(error.Message);
            }
        }
    }

    /// <summary>Throws one exception for all recorded failures; returns when there are none.</summary>
    public void ThrowAll()
    {
        if (_messages.Count == 0)
        {
            return;
        }

        var heading = _messages.Count == 1 ? "1 error occurred:" : $"{_messages.Count} errors occurred:";
        throw new BuildSharpException($"{heading}\n{string.Concat(_messages.Select(message => $"\t* {message}\n"))}\n");
    }
}
