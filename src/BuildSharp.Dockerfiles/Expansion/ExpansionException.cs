using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>A word that cannot be expanded. Callers that know its place convert this to a <see cref="DockerfileException"/>.</summary>
public sealed class ExpansionException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="word">The word as written.</param>
    /// <param name="reason">The reason, without the word.</param>
    /// <param name="hints">What to do next, one sentence per item.</param>
    public ExpansionException(string word, string reason, params IReadOnlyList<string> hints)
        : base($"failed to process {GoQuoting.Quote(word.Length > 200 ? word[..200] + "…" : word)}: {reason}") => (Reason, Hints) = (reason, hints);

    /// <summary>The reason, without the word.</summary>
    public string Reason { get; }

    /// <summary>What to do next, one sentence per item.</summary>
    public IReadOnlyList<string> Hints { get; }
}
