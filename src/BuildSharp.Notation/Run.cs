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

    private sealed class RunParser(Func<char, bool> belongs, int least, string name) : Parser<char, string>
    {
        private const int FirstWindow = 256;

        public override bool TryParse(ref ParseState<char> state, ref PooledList<Expected<char>> expecteds, out string result)
        {
            var length = 0;
            var window = FirstWindow;
            var ahead = state.LookAhead(window);
            while (length < ahead.Length && belongs(ahead[length]))
            {
                length++;
                if (length == window)
                {
                    window *= 2;
                    ahead = state.LookAhead(window);
                }
            }

            if (length < least)
            {
                state.SetError(state.HasCurrent ? Maybe.Just(state.Current) : Maybe.Nothing<char>(), !state.HasCurrent, state.Location, null);
                expecteds.Add(new Expected<char>(name));
                result = "";
                return false;
            }

            result = ahead[..length].ToString();
            state.Advance(length);
            return true;
        }
    }
}
