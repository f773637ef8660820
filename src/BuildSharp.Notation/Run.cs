using Pidgin;

namespace BuildSharp.Notation;

/// <summary>Parsers for sequences of characters, which read the whole sequence in one step.</summary>
public static class Run
{
    /// <summary>The longest sequence of matching characters; may be empty.</summary>
    public static Parser<char, string> Of(Func<char, bool> belongs) => new RunParser(belongs, 0, "");

    /// <summary>The longest sequence of at least one matching character.</summary>
    /// <param name="belongs">Whether a character matches.</param>
    /// <param name="name">Description of the characters for error messages.</param>
    public static Parser<char, string> AtLeastOne(Func<char, bool> belongs, string name) => new RunParser(belongs, 1, name);

    /// <summary>Skips the longest sequence of matching characters; may be empty.</summary>
    public static Parser<char, Unit> Skip(Func<char, bool> belongs) => new SkipParser(belongs, 0, "");

    /// <summary>Skips the longest sequence of at least one matching character.</summary>
    /// <param name="belongs">Whether a character matches.</param>
    /// <param name="name">Description of the characters for error messages.</param>
    public static Parser<char, Unit> SkipAtLeastOne(Func<char, bool> belongs, string name) => new SkipParser(belongs, 1, name);

    /// <summary>Counts the matching characters; records an error if there are too few.</summary>
    private static bool TryCount(ref ParseState<char> state, ref PooledList<Expected<char>> expecteds, Func<char, bool> belongs, int least, string name, out int length)
    {
        length = 0;
        for (var window = 256; ; window *= 2)
        {
            var ahead = state.LookAhead(window);
            while (length < ahead.Length && belongs(ahead[length]))
            {
                length++;
            }

            if (length < window)
            {
                break;
            }
        }

        if (length >= least)
        {
            return true;
        }

        state.SetError(state.HasCurrent ? Maybe.Just(state.Current) : Maybe.Nothing<char>(), !state.HasCurrent, state.Location, null);
        expecteds.Add(new Expected<char>(name));
        return false;
    }

    private sealed class RunParser(Func<char, bool> belongs, int least, string name) : Parser<char, string>
    {
        public override bool TryParse(ref ParseState<char> state, ref PooledList<Expected<char>> expecteds, out string result)
        {
            var isThere = TryCount(ref state, ref expecteds, belongs, least, name, out var length);
            result = isThere ? state.LookAhead(length).ToString() : "";
            state.Advance(isThere ? length : 0);
            return isThere;
        }
    }

    private sealed class SkipParser(Func<char, bool> belongs, int least, string name) : Parser<char, Unit>
    {
        public override bool TryParse(ref ParseState<char> state, ref PooledList<Expected<char>> expecteds, out Unit result)
        {
            result = Unit.Value;
            var isThere = TryCount(ref state, ref expecteds, belongs, least, name, out var length);
            state.Advance(isThere ? length : 0);
            return isThere;
        }
    }
}
