using BuildSharp.Linux;

namespace BuildSharp.Build;

/// <summary>Takes the output of the commands of a build.</summary>
public interface ICommandOutputs
{
    /// <summary>Opens the streams for one command. Called by the tasks of all stages.</summary>
    /// <param name="place">Its stage.</param>
    /// <param name="seesSecret">Whether the command can read a secret, and so print it.</param>
    ICommandOutput Open(StagePlace place, bool seesSecret);
}

/// <summary>The output streams of one command. Disposing releases them.</summary>
public interface ICommandOutput : IDisposable
{
    /// <summary>Its standard output.</summary>
    ChildStream Stdout { get; }

    /// <summary>Its standard error.</summary>
    ChildStream Stderr { get; }

    /// <summary>Waits until everything that the ended command wrote was passed on.</summary>
    /// <returns>Its last lines, for the report of a failure; empty when they stand right above that.</returns>
    Task<IReadOnlyList<string>> EndAsync();
}
