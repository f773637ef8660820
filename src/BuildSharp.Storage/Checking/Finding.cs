namespace BuildSharp.Storage;

/// <summary>Something in a store that is not as it should be.</summary>
/// <param name="Kind">What it means for the user.</param>
/// <param name="Text">What was found and where, as one line.</param>
public sealed record Finding(FindingKind Kind, string Text)
{
    /// <summary>What was found and where, as one line: control characters, which names of files may have, are escaped.</summary>
    public string Text { get; init; } = OneLine(Text);

    /// <summary>What became of it.</summary>
    public FindingOutcome Outcome { get; init; } = FindingOutcome.Reported;

    /// <summary>Why a repair left it; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>What would set it right; null when nothing can.</summary>
    internal Remedy? Remedy { get; init; }

    private static string OneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()))
        : text;
}

/// <summary>What a finding means for the user.</summary>
public enum FindingKind
{
    /// <summary>Rubbish that a killed process left: no record needs it.</summary>
    Leftover,

    /// <summary>Something is wrong that can be set right, and nothing is lost by it.</summary>
    Fault,

    /// <summary>An image or a container lacks something that cannot be made again.</summary>
    Damage,
}

/// <summary>What became of a finding.</summary>
public enum FindingOutcome
{
    /// <summary>Nothing was tried.</summary>
    Reported,

    /// <summary>What it was about is gone.</summary>
    Removed,

    /// <summary>It is as it should be.</summary>
    Mended,

    /// <summary>A repair had to leave it.</summary>
    Kept,
}
