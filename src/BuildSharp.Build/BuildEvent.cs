using BuildSharp.Build.Explaining;
using BuildSharp.Dockerfiles;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Progress of a build. Each kind is a record. Stages that are built side by side report at the same time.</summary>
public abstract record BuildEvent
{
    private protected BuildEvent()
    {
    }

    /// <summary>The stage that reports; null when it is the build as a whole.</summary>
    public StagePlace? Place { get; init; }
}

/// <summary>A stage, as output shows it.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Count">Number of stages up to the target. With one stage, the prefix <c>[1/1]</c> is not printed.</param>
public sealed record StagePlace(int Number, int Count);

/// <summary>Stages of the file are left out, because the target does not need them.</summary>
/// <param name="Stages">Each with its name; null when it has none.</param>
public sealed record StagesSkipped(IReadOnlyList<(StagePlace Place, string? Name)> Stages) : BuildEvent;

/// <summary>A step failed, and a shell starts in its container (<c>--on-error=shell</c>).</summary>
/// <param name="Failure">The report of the failure, one or more lines.</param>
public sealed record ShellOpened(string Failure) : BuildEvent;

/// <summary>A stage has ended.</summary>
/// <param name="IsDone">Whether all its steps succeeded. The first stage of a build of which this is false has the step that failed; others
/// are stopped because of it.</param>
public sealed record StageEnded(bool IsDone) : BuildEvent;

/// <summary>An instruction starts.</summary>
/// <param name="Number">Number of the step in its stage, from 1, which is FROM.</param>
/// <param name="Total">Number of steps in the stage as known so far; triggers of the base image add to it after the first step.</param>
/// <param name="Text">The instruction on one line.</param>
public sealed record StepStarted(int Number, int Total, string Text) : BuildEvent
{
    /// <summary>Place of the instruction; of a trigger of the base image, in the text of the triggers.</summary>
    public SourceSpan? Span { get; init; }
}

/// <summary>The commit of the final image starts.</summary>
/// <param name="Name">The name as given by the user; null without one.</param>
public sealed record CommitStarted(string? Name) : BuildEvent;

/// <summary>A step was skipped, because the store has an image with its result.</summary>
/// <param name="Id">Image ID, 64 hex digits.</param>
public sealed record CacheUsed(string Id) : BuildEvent;

/// <summary>A step was skipped, because a remote cache has an image with its result, which is in the store now.</summary>
/// <param name="From">Where it was: <c>repository:key</c>.</param>
public sealed record CachePulled(string From) : BuildEvent;

/// <summary>The copy of a step's image to a remote cache begins.</summary>
/// <param name="To">The repository or directory.</param>
/// <param name="Key">The name that the image gets there.</param>
public sealed record CachePushed(string To, string Key) : BuildEvent;

/// <summary>With <c>--layers</c>: whether the step was found in the store, and if not, why. For COPY and ADD this comes when they have read
/// their files.</summary>
/// <param name="IsFound">Whether it was found.</param>
/// <param name="Image">ID of the image found.</param>
/// <param name="Differences">For a step that was not found, at least one reason.</param>
public sealed record StepExplained(bool IsFound, string? Image, IReadOnlyList<Difference> Differences) : BuildEvent
{
    /// <summary>Number of the step in its stage, as in <see cref="StepStarted"/>.</summary>
    public int Number { get; init; }

    /// <summary>The instruction on one line.</summary>
    public string Text { get; init; } = "";

    /// <summary>Where a step was found that was not in the store, as <see cref="CachePulled.From"/>; else null.</summary>
    public string? From { get; init; }

    /// <summary>The reasons in one short phrase; empty for a step that was found.</summary>
    public string Phrase => Differences.Count switch
    {
        0 => "",
        1 => Differences[0].Phrase,
        var count => $"{Differences[0].Phrase}, and {count - 1} more",
    };

    /// <summary>Whether somebody who did not ask wants to know: what was changed since the last build.</summary>
    public bool IsNews => !IsFound && Differences[0].Kind is not (DifferenceKind.CacheOff or DifferenceKind.StepBefore or DifferenceKind.FirstBuild);
}

/// <summary>An image was written or found in the cache: of a step, of a stage that another one starts from, or the final one.</summary>
/// <param name="Id">Image ID, 64 hex digits.</param>
public sealed record ImageMade(string Id) : BuildEvent;

/// <summary>The build starts a second time, to compare the two images.</summary>
public sealed record BuildRepeated : BuildEvent;

/// <summary>Both builds made the same image.</summary>
/// <param name="Manifest">Digest of its manifest.</param>
public sealed record BuildReproduced(Digest Manifest) : BuildEvent;

/// <summary>Build arguments were given that no ARG declares.</summary>
/// <param name="Names">Their names, sorted.</param>
public sealed record ArgumentsNotConsumed(IReadOnlyList<string> Names) : BuildEvent;

/// <summary>The image received a name.</summary>
/// <param name="Name">The full reference.</param>
public sealed record Tagged(string Name) : BuildEvent;

/// <summary>Warns of a probable mistake of the user, or of a failed clean-up.</summary>
/// <param name="Message">One sentence.</param>
public sealed record BuildWarning(string Message) : BuildEvent;
