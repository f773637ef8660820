namespace BuildSharp.Notation;

/// <summary>A part of a path pattern.</summary>
internal abstract record GlobToken
{
    private GlobToken()
    {
    }

    /// <summary>Literal text.</summary>
    public sealed record Literal(string Text) : GlobToken
    {
        private readonly int _unit = Text.Length == 2 ? char.ConvertToUtf32(Text, 0) : Text[0];

        public bool Matches(int other) => other == _unit;
    }

    /// <summary><c>?</c>: one character except a slash.</summary>
    public sealed record One : GlobToken;

    /// <summary><c>*</c>: any characters except slashes.</summary>
    public sealed record Run : GlobToken;

    /// <summary><c>**</c> at the end: any characters.</summary>
    public sealed record Everything : GlobToken;

    /// <summary><c>**</c> elsewhere: empty, or the following <see cref="DirectoriesBody"/>.</summary>
    public sealed record Directories : GlobToken;

    /// <summary>Any characters that end in a slash.</summary>
    public sealed record DirectoriesBody : GlobToken;

    /// <summary>A bracket class.</summary>
    public sealed record Class(bool IsNegated, IReadOnlyList<(int Low, int High)> Ranges) : GlobToken
    {
        public bool Contains(int unit)
        {
            foreach (var (low, high) in Ranges)
            {
                if (unit >= low && unit <= high)
                {
                    return !IsNegated;
                }
            }

            return IsNegated;
        }
    }
}
