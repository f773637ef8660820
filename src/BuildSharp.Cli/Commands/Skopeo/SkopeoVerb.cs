using BuildSharp.Cli.Flags;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>A verb of skopeo(1): works on images wherever they are, and names them with their transport.</summary>
internal abstract class SkopeoVerb : Verb
{
    public sealed override VerbGroup Group => VerbGroup.Registry;

    public sealed override FlagPlacement Placement => FlagPlacement.Anywhere;

    public sealed override bool IsConfigured => true;

    public sealed override IEnumerable<FlagDefinition> Flags => [.. OwnFlags, .. SkopeoFlags.Globals];

    /// <summary>Flags of this verb alone.</summary>
    protected abstract IEnumerable<FlagDefinition> OwnFlags { get; }

    public sealed override async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        if (SkopeoFlags.Timeout(call.Flags) is not { } patience)
        {
            return await RunVerbAsync(call, cancellation).ConfigureAwait(false);
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(patience);
        try
        {
            return await RunVerbAsync(call, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BuildSharpException($"{call.TypedVerb} was stopped after the {call.Flags.Text("command-timeout")} of --command-timeout");
        }
    }

    /// <summary>Runs the verb.</summary>
    protected abstract Task<int> RunVerbAsync(Invocation call, CancellationToken cancellation);
}
