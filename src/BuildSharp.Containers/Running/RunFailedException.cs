using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>The runtime could not run the command: the command itself never started, or could not be watched to its end.</summary>
/// <remarks>A command that ran and failed is not an exception here; its status is the result of <see cref="RuncRun.ExecuteAsync"/>.</remarks>
public sealed class RunFailedException : BuildSharpException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">The complete message.</param>
    /// <param name="commandNotStarted">Whether everything was set up and only the command could not be executed.</param>
    public RunFailedException(string message, bool commandNotStarted)
        : base(message) => CommandNotStarted = commandNotStarted;

    /// <summary>Whether only the program is at fault: not found, a directory, not executable.</summary>
    public bool CommandNotStarted { get; }

    /// <summary>1, the runtime's own status, if only the program is at fault (buildah(1), "Exit Codes"); else 125.</summary>
    public override int ExitCode => CommandNotStarted ? 1 : 125;
}
