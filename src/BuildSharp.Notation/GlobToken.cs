namespace BuildSharp.Notation;

/// <summary>A piece of a path pattern.</summary>
internal abstract record GlobToken
{
    private GlobToken()
    {
    }

    /// <summary>One character that stands for itself.</summary>
    public sealed record Literal(string Text) : GlobToken
    {
        private readonly int _unit = Text.Length == 2 ? char.ConvertToUtf32(Text, 0) : Text[0];

        public bool Matches(int other) => other == _unit;
    }

    /// <summary><c>?</c>: one character but a slash.</summary>
    public sealed record One : GlobToken;

    /// <summary><c>*</c>: any run without a slash.</summary>
    public sealed record Run : GlobToken;

    /// <summary><c>**</c> at the end: any run.</summary>
    public sealed record Everything : GlobToken;

    /// <summary><c>**</c> elsewhere: nothing, or a <see cref="DirectoriesBody"/>, which follows it.</summary>
    public sealed record Directories : GlobToken;

    /// <summary>Any run that ends in a slash.</summary>
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
