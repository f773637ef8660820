using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>A command did not start because its program is for another processor and the kernel has no interpreter for it.</summary>
/// <param name="message">What failed, on what, and what to install.</param>
/// <param name="status">The exit status of the run.</param>
public sealed class ForeignProgramException(string message, int status) : BuildSharpException(message)
{
    /// <summary>The status the runtime ended with.</summary>
    public override int ExitCode => status;
}
