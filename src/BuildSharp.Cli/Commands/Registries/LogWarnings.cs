using BuildSharp.Cli.Output;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>Writes warnings of the lower projects to the log.</summary>
internal sealed class LogWarnings(Log log) : IProgress<string>
{
    public void Report(string value) => log.Warning(value);
}
