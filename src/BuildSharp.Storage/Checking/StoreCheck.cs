namespace BuildSharp.Storage;

/// <summary>A check of a store: an examination, and where it is asked for a repair.</summary>
/// <param name="session">The store.</param>
/// <param name="examination">Finds what is wrong.</param>
/// <param name="repair">Sets it right.</param>
internal sealed class StoreCheck(StoreSession session, StoreExamination examination, StoreRepair repair)
{
    /// <inheritdoc cref="Store.Check"/>
    internal IReadOnlyList<Finding> Run(CheckOptions options)
    {
        if (!Directory.Exists(session.Place.Directories.Layers) && !Directory.Exists(session.Place.Directories.Home))
        {
            return [];
        }

        if (examination.DamagedFiles() is { Count: > 0 } damaged)
        {
            // Without all records nobody can tell what is needed.
            return [.. damaged.Select(text => new Finding(FindingKind.Damage, text)
            {
                Outcome = options.Repair ? FindingOutcome.Kept : FindingOutcome.Reported,
                Reason = options.Repair ? "nothing is repaired while records cannot be read" : null,
            })];
        }

        if (!options.Repair)
        {
            return examination.Look(options, WrongDigests(options));
        }

        // A layer whose links are mended may well have the right digest, so those are looked at afterwards.
        var done = repair.Run(options, []);
        return WrongDigests(options) is { Count: > 0 } digests
            ? [.. done.Where(finding => finding.Outcome != FindingOutcome.Kept), .. repair.Run(options, digests)]
            : done;
    }

    private Dictionary<StoredLayer, LayerProblem> WrongDigests(CheckOptions options) => options.IsQuick ? [] : examination.WrongDigests();
}
