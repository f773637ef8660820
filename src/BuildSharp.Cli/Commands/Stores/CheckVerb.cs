using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage.Checking;

namespace BuildSharp.Cli.Commands.Stores;

/// <summary><c>check</c>: examines the store and, with <c>--repair</c>, fixes what it finds.</summary>
/// <remarks>buildah has no such verb; the flags are those of podman-system-check(1).</remarks>
internal sealed class CheckVerb : SyncVerb
{
    /// <summary>Exit status when the store has damage that was not repaired.</summary>
    private const int Unsound = 1;

    public override string Synopsis => "[flags]";

    public override string Summary => "Check the local storage, and repair it";

    public override string Description =>
        """
        Compares the records of the local storage with its files. Nothing is printed and the exit
        status is 0 when all is well. Otherwise the status is 1 and each line tells a leftover (what
        a killed process left), a fault (can be mended without loss) or damage.

        --repair removes leftovers and mends faults. What an image or a container needs is removed
        only when it is damaged, with --force.
        """;

    public override IReadOnlyList<string> Examples => ["check", "check --quick", "check --repair", "check --repair --max 0s"];

    public override VerbGroup Group => VerbGroup.System;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("force", "with --repair, also remove images and containers that are damaged beyond mending", 'f'),
        Flag.Text("max", "age from which a layer that nothing uses, or a half-made image, counts as left over", 'm', "24h", value: "duration"),
        Flag.Bool("quick", "leave out what reads all content, the layers' digests", 'q'),
        Flag.Bool("repair", "remove leftovers and mend faults", 'r'),
    ];

    public override bool NeedsNamespace(Invocation call) => true;

    protected override int Run(Invocation call)
    {
        NoArguments.Check(call);
        if (call.Flags.Bool("force") && !call.Flags.Bool("repair"))
        {
            throw new BuildSharpException("--force says what --repair may remove: give both");
        }

        using var store = call.OpenStoreAsRoot();
        var findings = store.Check(new CheckOptions
        {
            IsQuick = call.Flags.Bool("quick"),
            Repair = call.Flags.Bool("repair"),
            Force = call.Flags.Bool("force"),
            UnusedLayerAge = Age(call.Flags.Text("max")!),
        });
        foreach (var finding in findings)
        {
            call.Out.WriteLine(finding.Reason is null ? $"{Word(finding)}: {finding.Text}" : $"{Word(finding)}: {finding.Text} ({finding.Reason})");
        }

        return findings.All(finding => finding.Outcome is FindingOutcome.Removed or FindingOutcome.Mended) ? 0 : Unsound;
    }

    private static TimeSpan Age(string text) => GoDuration.TryParse(text, out var age) && age >= TimeSpan.Zero
        ? age
        : throw new BuildSharpException($"invalid argument {GoQuoting.Quote(text)} for \"-m, --max\" flag: expected a duration such as 24h or 30m");

    private static string Word(Finding finding) => finding switch
    {
        { Outcome: FindingOutcome.Removed } => "removed",
        { Outcome: FindingOutcome.Mended } => "mended",
        { Outcome: FindingOutcome.Kept } => "kept",
        { Kind: FindingKind.Leftover } => "leftover",
        { Kind: FindingKind.Fault } => "fault",
        _ => "damage",
    };
}
