using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Commands;

/// <summary>One verb: its help, its flags and its work.</summary>
internal abstract class Verb
{
    /// <summary>Text after the verb's name in the usage line.</summary>
    public abstract string Synopsis { get; }

    /// <summary>One line for the list of verbs.</summary>
    public abstract string Summary { get; }

    /// <summary>First paragraph of the verb's help.</summary>
    public virtual string Description => Summary + ".";

    /// <summary>Example command lines, without the program's name.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>Heading in the list of verbs.</summary>
    public virtual VerbGroup Group => VerbGroup.Image;

    /// <summary>Flags of the verb, in addition to the global ones.</summary>
    public virtual IEnumerable<FlagDefinition> Flags => [];

    /// <summary>Where flags may stand.</summary>
    public virtual FlagPlacement Placement => FlagPlacement.BeforePositionals;

    /// <summary>Number of positionals.</summary>
    public virtual ArgumentRule Arguments { get; } = new();

    /// <summary>Possible values of the first positional when it is a subcommand; empty otherwise.</summary>
    public virtual IReadOnlyList<string> FirstWords => [];

    /// <summary>Whether root help and completion omit the verb.</summary>
    public virtual bool Hidden => false;

    /// <summary>Whether the verb uses containers.conf. The other verbs do not read it, to save its parsing time.</summary>
    public virtual bool IsConfigured => false;

    /// <summary>Whether the verb may wait for the network or a child process. Only then does the first Ctrl-C cancel it instead of killing
    /// the process.</summary>
    public virtual bool Waits(Invocation call) => true;

    /// <summary>Whether the call mounts something, or touches files that belong to several users: the kernel allows that to root only, on the
    /// host or in a user namespace. An ordinary user's verb then runs in a namespace of its own.</summary>
    public virtual bool NeedsNamespace(Invocation call) => false;

    /// <summary>Runs the verb.</summary>
    /// <param name="call">The command line; flags and number of positionals are checked.</param>
    /// <param name="cancellation">Cancelled by the first Ctrl-C.</param>
    /// <returns>Exit status of the process.</returns>
    public abstract Task<int> RunAsync(Invocation call, CancellationToken cancellation);
}
