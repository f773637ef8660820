using Pidgin;

namespace BuildSharp.Notation;

/// <summary>Runs of characters, read in one step.</summary>
public static class Run
{
    /// <summary>The longest run of characters of a kind, perhaps empty.</summary>
    public static Parser<char, string> Of(Func<char, bool> belongs) => new RunParser(belongs, 0, "");

    /// <summary>The longest run of characters of a kind, at least one.</summary>
    /// <param name="belongs">Whether a character is of the kind.</param>
    /// <param name="name">What the kind is called where something else is found.</param>
    public static Parser<char, string> AtLeastOne(Func<char, bool> belongs, string name) => new RunParser(belongs, 1, name);

    /// <summary>Past the longest run of characters of a kind, perhaps empty, where its text is not wanted.</summary>
    public static Parser<char, Unit> Skip(Func<char, bool> belongs) => new SkipParser(belongs, 0, "");

    /// <summary>Past the longest run of characters of a kind, at least one.</summary>
    /// <param name="belongs">Whether a character is of the kind.</param>
    /// <param name="name">What the kind is called where something else is found.</param>
    public static Parser<char, Unit> SkipAtLeastOne(Func<char, bool> belongs, string name) => new SkipParser(belongs, 1, name);

    /// <summary>How many characters of a kind come next; an error where they are too few.</summary>
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
