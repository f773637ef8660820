namespace BuildSharp.Build;

/// <summary>Something a build says while it goes on: a closed set of records. Nobody has to listen.</summary>
public abstract record BuildEvent
{
    private protected BuildEvent()
    {
    }
}

/// <summary>An instruction begins.</summary>
/// <param name="Stage">The stage's place in the file, from 1.</param>
/// <param name="StageCount">How many stages there are up to the target; with one, the prefix <c>[1/1]</c> is left out.</param>
/// <param name="Number">The step's number within its stage, from 1; FROM is the first.</param>
/// <param name="Total">Steps of the stage as known so far: triggers of the base add to it after the first.</param>
/// <param name="Text">The instruction, on one line.</param>
public sealed record StepStarted(int Stage, int StageCount, int Number, int Total, string Text) : BuildEvent;

/// <summary>The last image of a build is being written.</summary>
/// <param name="Stage">As of <see cref="StepStarted"/>.</param>
/// <param name="StageCount">As of <see cref="StepStarted"/>.</param>
/// <param name="Name">The name as the user gave it; null without one.</param>
public sealed record CommitStarted(int Stage, int StageCount, string? Name) : BuildEvent;

/// <summary>A step was not carried out: an image of the store is what it would have made.</summary>
/// <param name="Id">64 hex digits.</param>
public sealed record CacheUsed(string Id) : BuildEvent;

/// <summary>An image was written, or found: of a step, of a stage that another one starts from, or the last one.</summary>
/// <param name="Id">64 hex digits.</param>
public sealed record ImageMade(string Id) : BuildEvent;

/// <summary>Build arguments that no ARG asked for.</summary>
/// <param name="Names">Their names, sorted.</param>
public sealed record ArgumentsNotConsumed(IReadOnlyList<string> Names) : BuildEvent;

/// <summary>The image got a name.</summary>
/// <param name="Name">The complete reference.</param>
public sealed record Tagged(string Name) : BuildEvent;

/// <summary>Something that is probably not what the user meant.</summary>
/// <param name="Message">One sentence.</param>
public sealed record BuildWarning(string Message) : BuildEvent;
