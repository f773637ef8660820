namespace BuildSharp.Cli.Commands;

/// <summary>A verb that uses no network and waits for no child process.</summary>
internal abstract class SyncVerb : Verb
{
    public sealed override bool Waits(Invocation call) => false;

    public sealed override Task<int> RunAsync(Invocation call, CancellationToken cancellation) => Task.FromResult(Run(call));

    /// <summary>Runs the verb and returns the exit status of the process.</summary>
    protected abstract int Run(Invocation call);
}
