using Pidgin;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>The text can mean nothing else than what went wrong, and the sentence reaches the user.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="hint">What to do about it, a sentence.</param>
internal sealed class RejectedException(string message, string hint) : Exception(message)
{
    /// <summary>What to do about it, a sentence.</summary>
    public string Hint => hint;
}

/// <summary>Ends a parse for good.</summary>
internal static class Reject
{
    /// <summary>Fails with a sentence.</summary>
    public static Parser<char, T> With<T>(string message, string hint) => Parser<char>.Return(message).Select<T>(_ => throw new RejectedException(message, hint));

    /// <summary>The parser, or the end of everything.</summary>
    public static Parser<char, T> OrReject<T>(this Parser<char, T> parser, string message, string hint) =>
        parser.RecoverWith(_ => throw new RejectedException(message, hint));
}
