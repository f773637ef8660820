using System.Globalization;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>A version as in a tag: <c>[v]major[.minor[.patch]][-prerelease][+build]</c> (semver.org, with the leniency of
/// Masterminds/semver, which skopeo uses).</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number, or 0.</param>
/// <param name="Patch">The third number, or 0.</param>
/// <param name="PreRelease">Text after the hyphen; empty for a release.</param>
internal sealed record SemanticVersion(long Major, long Minor, long Patch, string PreRelease) : IComparable<SemanticVersion>
{
    /// <summary>Parses a version; null for any other text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="count">Receives how many of the three numbers it has.</param>
    public static SemanticVersion? TryParse(string text, out int count)
    {
        var plain = text.StartsWith('v') ? text[1..] : text;
        plain = plain.Split('+', 2)[0];
        var (core, pre) = plain.Split('-', 2) is [var before, var after] ? (before, after) : (plain, "");
        var parts = core.Split('.');
        count = parts.Length;
        if (count > 3 || (plain.Contains('-') && pre.Length == 0))
        {
            return null;
        }

        var numbers = new long[3];
        for (var i = 0; i < count; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return new SemanticVersion(numbers[0], numbers[1], numbers[2], pre);
    }

    /// <summary>Orders by precedence: numbers, then a release after its pre-releases (semver.org, section 11).</summary>
    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return numbers != 0 ? numbers
            : PreRelease.Length == 0 || other.PreRelease.Length == 0 ? other.PreRelease.Length.CompareTo(PreRelease.Length)
            : ComparePreRelease(PreRelease.Split('.'), other.PreRelease.Split('.'));
    }

    private static int ComparePreRelease(string[] one, string[] other)
    {
        foreach (var (left, right) in one.Zip(other))
        {
            var isLeft = long.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var leftNumber);
            var isRight = long.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var rightNumber);
            var order = isLeft && isRight ? leftNumber.CompareTo(rightNumber) : isLeft ? -1 : isRight ? 1 : string.CompareOrdinal(left, right);
            if (order != 0)
            {
                return order;
            }
        }

        return one.Length.CompareTo(other.Length);
    }
}
