using BuildSharp.Oci;

namespace BuildSharp.Running;

/// <summary>The runtime failed: the command did not start, or could not be supervised to its end.</summary>
/// <remarks>The failure of a command that did run is not an exception, but the result of <see cref="RuncRun.ExecuteAsync"/>.</remarks>
public sealed class RunFailedException : BuildSharpException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">The complete message.</param>
    /// <param name="commandNotStarted">Whether the container was ready and only the program could not be executed.</param>
    public RunFailedException(string message, bool commandNotStarted)
        : base(message) => CommandNotStarted = commandNotStarted;

    /// <summary>Whether only the program could not be executed: it is missing, a directory or not executable.</summary>
    public bool CommandNotStarted { get; }

    /// <summary>1, the runtime's status, when only the program could not be executed (buildah(1), "Exit Codes"); else 125.</summary>
    public override int ExitCode => CommandNotStarted ? 1 : 125;
}
