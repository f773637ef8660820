using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>A RUN whose command ended with a status other than 0; the build ends with the same.</summary>
public sealed class StepFailedException : BuildSharpException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="step">The instruction as the step line shows it.</param>
    /// <param name="status">The command's exit status.</param>
    public StepFailedException(string step, int status)
        : base($"building at STEP \"{step}\": while running runtime: exit status {status}") => ExitCode = status;

    /// <summary>The command's exit status.</summary>
    public override int ExitCode { get; }
}
