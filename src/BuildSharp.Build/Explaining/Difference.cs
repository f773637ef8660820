namespace BuildSharp.Build.Explaining;

/// <summary>A reason why a step was not found in the cache.</summary>
/// <param name="Kind">What is different.</param>
/// <param name="Subject">Its name: a path, an argument, a flag; empty when the kind says it all.</param>
/// <param name="Before">What it was in the build before; null when it was not there.</param>
/// <param name="Now">What it is; null when it is not there any more.</param>
public sealed record Difference(DifferenceKind Kind, string Subject = "", string? Before = null, string? Now = null)
{
    /// <summary>The difference in a few words.</summary>
    public string Phrase => Kind switch
    {
        DifferenceKind.CacheOff => Subject,
        DifferenceKind.StepBefore => "the step before was executed",
        DifferenceKind.FirstBuild => "no build of it is remembered",
        DifferenceKind.NewStep => "the step is new",
        DifferenceKind.Base => $"the base {Subject} changed",
        DifferenceKind.Instruction => "the instruction changed",
        DifferenceKind.Argument => $"ARG {Subject} {Changed}",
        DifferenceKind.Flag => $"{Subject} {Changed}",
        DifferenceKind.File => $"{Subject} {Changed}",
        DifferenceKind.FileMode => $"the mode of {Subject} changed",
        DifferenceKind.FileOwner => $"the owner of {Subject} changed",
        DifferenceKind.FileAttributes => $"extended attributes of {Subject} changed",
        DifferenceKind.NewStage => "a mounted stage was built just now",
        DifferenceKind.ImageGone => "its image was removed from the store",
        DifferenceKind.NotTold => "an argument is part of the place, which no image tells",
        _ => "its image has another age, format or config",
    };

    private string Changed => Before is null ? "was added" : Now is null ? "was removed" : "changed";
}

/// <summary>What is different.</summary>
public enum DifferenceKind
{
    /// <summary>The cache is not used for the step; the subject is the reason.</summary>
    CacheOff,

    /// <summary>An earlier step of the stage was executed.</summary>
    StepBefore,

    /// <summary>No earlier build of the Dockerfile is remembered.</summary>
    FirstBuild,

    /// <summary>The stage had fewer steps.</summary>
    NewStep,

    /// <summary>The stage starts from another image.</summary>
    Base,

    /// <summary>The text of the instruction, or of a heredoc of it.</summary>
    Instruction,

    /// <summary>The value of an ARG.</summary>
    Argument,

    /// <summary>A flag of the build.</summary>
    Flag,

    /// <summary>The content of a file, the target of a link, or whether there is one.</summary>
    File,

    /// <summary>The mode of a file.</summary>
    FileMode,

    /// <summary>The owner of a file.</summary>
    FileOwner,

    /// <summary>The extended attributes of a file.</summary>
    FileAttributes,

    /// <summary>A mount shows a stage that this build has executed.</summary>
    NewStage,

    /// <summary>The image of the step is not in the store any more.</summary>
    ImageGone,

    /// <summary>COPY or ADD to a place with the value of an argument.</summary>
    NotTold,

    /// <summary>Nothing of the above: the image is too old for <c>--cache-ttl</c>, or was made differently.</summary>
    Image,
}
