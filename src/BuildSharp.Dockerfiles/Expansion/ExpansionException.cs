using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>A word that cannot be expanded. Whoever knows the word's place turns it into a <see cref="DockerfileException"/>.</summary>
public sealed class ExpansionException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="word">The word as written.</param>
    /// <param name="reason">What is wrong with it.</param>
    public ExpansionException(string word, string reason)
        : base($"failed to process {GoQuoting.Quote(word.Length > 200 ? word[..200] + "…" : word)}: {reason}") => Reason = reason;

    /// <summary>What is wrong, without the word.</summary>
    public string Reason { get; }

    /// <summary>What to do about it, a sentence each.</summary>
    public IReadOnlyList<string> Hints =>
        Reason.Contains("matching single-quote", StringComparison.Ordinal) ? ["A quote that is meant as a character is written \\'."]
        : Reason.Contains("matching double-quote", StringComparison.Ordinal) ? ["A quote that is meant as a character is written \\\"."]
        : Reason.StartsWith("unsupported modifier", StringComparison.Ordinal) ? ["The modifiers are :- - :+ + :? ? # ## % %% / and //."]
        : Reason.Contains("missing '}'", StringComparison.Ordinal) ? ["Every ${ has its }; a blank ends a word that is not in quotes."]
        : Reason.Contains("missing '/'", StringComparison.Ordinal) ? ["Write ${name/pattern/replacement}."]
        : Reason.Contains("bad substitution", StringComparison.Ordinal) ? ["A dollar sign that is meant as a character is written \\$."]
        : [];
}
