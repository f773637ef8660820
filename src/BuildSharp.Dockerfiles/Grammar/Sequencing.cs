using BuildSharp.Dockerfiles.Grammar.Combinators;
using Sprache;

namespace BuildSharp.Dockerfiles.Grammar;

/// <summary>Sprache's query words, without its bookkeeping. Its own make a parser anew at each use and join the expectations of every
/// alternative, which nobody reads here: a line of a hundred words cost a hundred kilobytes. These stand in the grammars' own namespace,
/// where C# finds them first.</summary>
internal static class Sequencing
{
    private static readonly string[] Nothing = [];

    /// <summary>One parser and then the other: what a second <c>from</c> means.</summary>
    public static Parser<TResult> SelectMany<TFirst, TSecond, TResult>(
        this Parser<TFirst> parser, Func<TFirst, Parser<TSecond>> next, Func<TFirst, TSecond, TResult> project) => input =>
    {
        var first = parser(input);
        if (!first.WasSuccessful)
        {
            return Failed<TFirst, TResult>(first);
        }

        var second = next(first.Value)(first.Remainder);
        return second.WasSuccessful ? Result.Success(project(first.Value, second.Value), second.Remainder) : Failed<TSecond, TResult>(second);
    };

    /// <summary>The parser, its value changed.</summary>
    public static Parser<TResult> Select<T, TResult>(this Parser<T> parser, Func<T, TResult> project) => input =>
    {
        var result = parser(input);
        return result.WasSuccessful ? Result.Success(project(result.Value), result.Remainder) : Failed<T, TResult>(result);
    };

    /// <summary>The parser, where its value is as it should be.</summary>
    public static Parser<T> Where<T>(this Parser<T> parser, Func<T, bool> holds) => input =>
    {
        var result = parser(input);
        return !result.WasSuccessful || holds(result.Value) ? result : Result.Failure<T>(input, "unexpected value", Nothing);
    };

    /// <summary>The parser as often as it succeeds and goes on, perhaps never.</summary>
    public static Parser<IReadOnlyList<T>> Many<T>(this Parser<T> parser) => input =>
    {
        List<T>? values = null;
        var remainder = input;
        for (var result = parser(input); result.WasSuccessful && result.Remainder.Position > remainder.Position; result = parser(remainder))
        {
            (values ??= []).Add(result.Value);
            remainder = result.Remainder;
        }

        return Result.Success<IReadOnlyList<T>>(values is null ? [] : values, remainder);
    };

    /// <summary>Past the parser as often as it succeeds and goes on, perhaps never.</summary>
    public static Parser<Stretch> Skipped<T>(this Parser<T> piece) => input =>
    {
        var remainder = input;
        for (var result = piece(input); result.WasSuccessful && result.Remainder.Position > remainder.Position; result = piece(remainder))
        {
            remainder = result.Remainder;
        }

        return Result.Success(new Stretch(input.Position, remainder.Position), remainder);
    };

    /// <summary>The text covered by the parser once or more often; what it makes of each piece is not kept.</summary>
    public static Parser<string> Stretch(this Parser<string> piece) => input =>
    {
        var first = piece(input);
        if (!first.WasSuccessful)
        {
            return first;
        }

        var remainder = first.Remainder;
        for (var result = piece(remainder); result.WasSuccessful && result.Remainder.Position > remainder.Position; result = piece(remainder))
        {
            remainder = result.Remainder;
        }

        // Mostly there is but one piece, and it is the text already.
        return first.Value.Length == remainder.Position - input.Position
            ? first
            : Result.Success(TextInput.Between(input.Source, input.Position, remainder.Position), remainder);
    };

    /// <summary>The parser once or more often.</summary>
    public static Parser<IEnumerable<T>> AtLeastOnce<T>(this Parser<T> parser) => input =>
    {
        var first = parser(input);
        if (!first.WasSuccessful)
        {
            return Failed<T, IEnumerable<T>>(first);
        }

        var values = new List<T> { first.Value };
        var remainder = first.Remainder;
        for (var result = parser(remainder); result.WasSuccessful && result.Remainder.Position > remainder.Position; result = parser(remainder))
        {
            values.Add(result.Value);
            remainder = result.Remainder;
        }

        return Result.Success<IEnumerable<T>>(values, remainder);
    };

    /// <summary>The parser, or nothing.</summary>
    public static Parser<string> OrNothing(this Parser<string> parser) => parser.Else(Sprache.Parse.Return(""));

    /// <summary>A parser that is looked up when it is used, so that productions can stand in any order.</summary>
    public static Parser<T> Later<T>(Func<Parser<T>> parser) => input => parser()(input);

    private static IResult<TResult> Failed<T, TResult>(IResult<T> result) => Result.Failure<TResult>(result.Remainder, result.Message, result.Expectations);
}
