using BuildSharp.Cli.Output;

namespace BuildSharp.Cli.Commands;

/// <summary>Puts what a lower room notes into the debug log, at once and in order.</summary>
internal sealed class LogProgress(Log log) : IProgress<string>
{
    public void Report(string value) => log.Debug(value);
}
