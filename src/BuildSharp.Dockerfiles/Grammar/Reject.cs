using Pidgin;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Ends the parse, because no other alternative can match. The message is shown to the user.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="hint">What to do next, one sentence.</param>
internal sealed class RejectedException(string message, string hint) : Exception(message)
{
    /// <summary>What to do next, one sentence.</summary>
    public string Hint => hint;
}

/// <summary>Parsers that end the whole parse with an error.</summary>
internal static class Reject
{
    /// <summary>Always fails with the message.</summary>
    public static Parser<char, T> With<T>(string message, string hint) => Parser<char>.Return(message).Select<T>(_ => throw new RejectedException(message, hint));

    /// <summary>The parser; if it fails, the whole parse fails with the message.</summary>
    public static Parser<char, T> OrReject<T>(this Parser<char, T> parser, string message, string hint) =>
        parser.RecoverWith(_ => throw new RejectedException(message, hint));
}
