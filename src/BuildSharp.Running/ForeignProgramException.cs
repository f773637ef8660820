using BuildSharp.Oci;

namespace BuildSharp.Running;

/// <summary>A command did not start because its program is for another architecture, and no interpreter for it is registered with the
/// kernel.</summary>
/// <param name="message">What failed, and what to install.</param>
/// <param name="status">Exit status of the run.</param>
public sealed class ForeignProgramException(string message, int status) : BuildSharpException(message)
{
    /// <summary>Exit status of the runtime.</summary>
    public override int ExitCode => status;
}
