using BuildSharp.Cli.Flags;

namespace BuildSharp.Cli.Commands;

/// <summary>One verb: its help, its flag table, and what it does.</summary>
internal abstract class Verb
{
    /// <summary>What follows the verb's name in the usage line.</summary>
    public abstract string Synopsis { get; }

    /// <summary>One line for the list of verbs.</summary>
    public abstract string Summary { get; }

    /// <summary>The paragraph that opens the verb's help.</summary>
    public virtual string Description => Summary + ".";

    /// <summary>Command lines to learn from, without the program's name.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>The heading it is listed under.</summary>
    public virtual VerbGroup Group => VerbGroup.Image;

    /// <summary>Its own flags; the global ones are legal with every verb.</summary>
    public virtual IEnumerable<FlagDefinition> Flags => [];

    /// <summary>Where its flags may stand.</summary>
    public virtual FlagPlacement Placement => FlagPlacement.BeforePositionals;

    /// <summary>How many positionals it takes.</summary>
    public virtual ArgumentRule Arguments { get; } = new();

    /// <summary>What the first positional may be, when it is one of a few words.</summary>
    public virtual IReadOnlyList<string> FirstWords => [];

    /// <summary>Whether root help and completion leave it out.</summary>
    public virtual bool Hidden => false;

    /// <summary>Whether it goes by containers.conf; the others do not take the time to read it.</summary>
    public virtual bool IsConfigured => false;

    /// <summary>Whether it may wait, for the network or for a child process; only then Ctrl-C asks instead of ending the process.</summary>
    public virtual bool Waits(Invocation call) => true;

    /// <summary>Does it.</summary>
    /// <param name="call">The command line, its flags known to be legal and its positionals counted.</param>
    /// <param name="cancellation">Set by the first Ctrl-C.</param>
    /// <returns>The process's exit status.</returns>
    public abstract Task<int> RunAsync(Invocation call, CancellationToken cancellation);
}
