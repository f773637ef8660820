using Sprache;

namespace BuildSharp.Dockerfiles.Grammar.Combinators;

/// <summary>The text can mean nothing else than what went wrong: no other alternative is tried, and the sentence reaches the user.</summary>
internal sealed class RejectedException(string message, int position) : Exception(message)
{
    /// <summary>Offset in the text parsed.</summary>
    public int Position => position;
}

/// <summary>Ends a parse for good. Without it a failure deep inside nested text would be tried again at every level around it.</summary>
internal static class Reject
{
    /// <summary>Fails with a sentence.</summary>
    public static Parser<T> With<T>(string message) => input => throw new RejectedException(message, input.Position);

    /// <summary>The parser, or the end of everything.</summary>
    public static Parser<T> OrReject<T>(this Parser<T> parser, string message) => input =>
    {
        var result = parser(input);
        return result.WasSuccessful ? result : throw new RejectedException(message, input.Position);
    };
}
