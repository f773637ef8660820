using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Commands;

/// <summary>One command line, read: what a verb runs on.</summary>
/// <param name="VerbName">The verb's first name, whatever alias was typed.</param>
/// <param name="Flags">Its flags' values.</param>
/// <param name="Positionals">The words that are no flags.</param>
/// <param name="Surroundings">Streams, environment, directory, clock.</param>
/// <param name="Interrupt">For a verb that seldom waits and learns late that it must; the others are given a token.</param>
internal sealed record Invocation(
    string VerbName,
    FlagValues Flags,
    IReadOnlyList<string> Positionals,
    Surroundings Surroundings,
    Interrupt Interrupt)
{
    public TextWriter Out => Surroundings.Out;

    public TextWriter Error => Surroundings.Error;

    public Output.Log Log => Surroundings.Log;

    /// <summary>Takes what the rooms below note for the debug log; null when that is not written, so that nothing is made for it.</summary>
    public IProgress<string>? Debug => Log.Threshold <= Output.LogLevel.Debug ? new LogProgress(Log) : null;
}
