using BuildSharp.Cli.Output;

namespace BuildSharp.Cli.Commands;

/// <summary>Writes messages of lower projects to the debug log. Synchronous, unlike <see cref="Progress{T}"/>, so that lines stay in
/// order.</summary>
internal sealed class LogProgress(Log log) : IProgress<string>
{
    public void Report(string value) => log.Debug(value);
}
