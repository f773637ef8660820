using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Commands;

/// <summary>A parsed command line.</summary>
/// <param name="VerbName">The verb's canonical name, even when an alias was typed.</param>
/// <param name="TypedVerb">The verb as typed.</param>
/// <param name="Flags">Values of its flags.</param>
/// <param name="Positionals">The words that are not flags.</param>
/// <param name="Surroundings">Streams, environment, directory, clock.</param>
/// <param name="Interrupt">For a verb that finds out only while it runs whether it waits; other verbs get a token.</param>
internal sealed record Invocation(
    string VerbName,
    string TypedVerb,
    FlagValues Flags,
    IReadOnlyList<string> Positionals,
    Surroundings Surroundings,
    Interrupt Interrupt)
{
    /// <summary>Credentials of flags, completed by questions.</summary>
    public Registries.GivenCredentials Credentials { get; } = new();

    /// <summary>What the user has chosen for short names in this command.</summary>
    public Dictionary<string, Oci.Reference> ChosenNames { get; } = new(StringComparer.Ordinal);

    public TextWriter Out => Surroundings.Out;

    public TextWriter Error => Surroundings.Error;

    public BuildSharp.Cli.Output.Log Log => Surroundings.Log;

    /// <summary>Sink for debug messages of the lower projects; null when the log level excludes them, so that no message is
    /// formatted.</summary>
    public IProgress<string>? Debug => Log.Threshold <= BuildSharp.Cli.Output.LogLevel.Debug ? new LogProgress(Log) : null;
}
