using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Checks a store: examines it and, on request, repairs it.</summary>
/// <param name="session">The store.</param>
/// <param name="examination">Finds the faults.</param>
/// <param name="repair">Repairs them.</param>
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
            // Without all records it is unknown which files are needed.
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

        // Run after the links are repaired: a layer whose links were wrong may have the right digest.
        var done = repair.Run(options, []);
        return WrongDigests(options) is { Count: > 0 } digests
            ? [.. done.Where(finding => finding.Outcome != FindingOutcome.Kept), .. repair.Run(options, digests)]
            : done;
    }

    private Dictionary<StoredLayer, LayerProblem> WrongDigests(CheckOptions options) => options.IsQuick ? [] : examination.WrongDigests();
}
