using BuildSharp.Build;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary>A step of a running build, as known so far.</summary>
/// <param name="Number">Number and count; null for the commit.</param>
/// <param name="Text">The instruction on one line.</param>
/// <param name="Place">File and line; null for the commit.</param>
/// <param name="Start">When it started, from the start of the command.</param>
internal sealed record RecordedStep(string? Number, string Text, string? Place, TimeSpan Start)
{
    /// <summary>When it ended; null while it runs.</summary>
    public TimeSpan? End { get; set; }

    /// <summary>How it ended.</summary>
    public ReportState State { get; set; }

    /// <summary>What the cache said; null when it was not asked.</summary>
    public StepExplained? Explained { get; set; }

    /// <summary>ID of the image that was made or found; null for none.</summary>
    public string? Image { get; set; }

    /// <summary>The last lines of its output.</summary>
    public IReadOnlyList<string> Output { get; set; } = [];

    /// <summary>Whether the output is left out.</summary>
    public bool IsSecret { get; set; }
}
