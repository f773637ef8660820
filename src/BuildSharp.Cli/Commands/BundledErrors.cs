using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>The failures of a verb that names them all at once at the end.</summary>
internal sealed class BundledErrors
{
    private readonly List<string> _messages = [];

    /// <summary>Runs one argument's work, and keeps its failure.</summary>
    /// <param name="work">The work.</param>
    /// <param name="isMoot">Asked after a failure: whether somebody else has done the work meanwhile.</param>
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

    /// <summary>Fails with all of them, if there were any.</summary>
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
