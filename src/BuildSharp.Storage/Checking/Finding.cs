namespace BuildSharp.Storage.Checking;

/// <summary>A difference between a store and what its records or its format require.</summary>
/// <param name="Kind">Consequence for the user.</param>
/// <param name="Text">What was found and where, on one line.</param>
public sealed record Finding(FindingKind Kind, string Text)
{
    /// <summary>What was found and where, on one line. Control characters are escaped, because file names may contain them.</summary>
    public string Text { get; init; } = OneLine(Text);

    /// <summary>What the check did about the finding.</summary>
    public FindingOutcome Outcome { get; init; } = FindingOutcome.Reported;

    /// <summary>Why a repair did not change anything; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The change that repairs it; null when there is none.</summary>
    internal Remedy? Remedy { get; init; }

    private static string OneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()))
        : text;
}

/// <summary>Consequence of a finding for the user.</summary>
public enum FindingKind
{
    /// <summary>Data that a killed process left and that no record needs.</summary>
    Leftover,

    /// <summary>Something is wrong and can be repaired without loss.</summary>
    Fault,

    /// <summary>An image or a container lacks data that cannot be recreated.</summary>
    Damage,
}

/// <summary>What the check did about a finding.</summary>
public enum FindingOutcome
{
    /// <summary>No repair was attempted.</summary>
    Reported,

    /// <summary>The object of the finding was removed.</summary>
    Removed,

    /// <summary>The object of the finding was repaired.</summary>
    Mended,

    /// <summary>A repair was attempted and could not change anything.</summary>
    Kept,
}
