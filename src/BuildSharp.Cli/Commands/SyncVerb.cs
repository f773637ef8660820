namespace BuildSharp.Cli.Commands;

/// <summary>A verb that neither talks to the network nor waits for a child process.</summary>
internal abstract class SyncVerb : Verb
{
    public sealed override bool Waits(Invocation call) => false;

    public sealed override Task<int> RunAsync(Invocation call, CancellationToken cancellation) => Task.FromResult(Run(call));

    /// <summary>Does it, and returns the process's exit status.</summary>
    protected abstract int Run(Invocation call);
}
