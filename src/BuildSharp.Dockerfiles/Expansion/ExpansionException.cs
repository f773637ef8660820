using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>A word that cannot be expanded. Whoever knows the word's place turns it into a <see cref="DockerfileException"/>.</summary>
public sealed class ExpansionException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="word">The word as written.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="hints">What to do about it, a sentence each.</param>
    public ExpansionException(string word, string reason, params IReadOnlyList<string> hints)
        : base($"failed to process {GoQuoting.Quote(word.Length > 200 ? word[..200] + "…" : word)}: {reason}") => (Reason, Hints) = (reason, hints);

    /// <summary>What is wrong, without the word.</summary>
    public string Reason { get; }

    /// <summary>What to do about it, a sentence each.</summary>
    public IReadOnlyList<string> Hints { get; }
}
