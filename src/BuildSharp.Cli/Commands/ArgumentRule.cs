using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>How many positionals a verb takes, and the words for any other number (buildah(1)).</summary>
/// <remarks>In both messages <c>{n}</c> stands for the number received.</remarks>
/// <param name="Minimum">The fewest accepted.</param>
/// <param name="TooFew">What is said about fewer.</param>
/// <param name="Maximum">The most accepted.</param>
/// <param name="TooMany">What is said about more.</param>
internal sealed record ArgumentRule(int Minimum = 0, string TooFew = "", int Maximum = int.MaxValue, string TooMany = "")
{
    /// <summary>Refuses too few positionals, then those that look like flags where flags must come first, then too many.</summary>
    /// <exception cref="BuildSharpException">In the exact words scripts match.</exception>
    public void Check(IReadOnlyList<string> positionals, bool flagsMustComeFirst)
    {
        if (positionals.Count < Minimum)
        {
            throw Wrong(TooFew, positionals.Count);
        }

        if (flagsMustComeFirst && positionals.FirstOrDefault(word => word.StartsWith('-')) is { } stray)
        {
            throw new BuildSharpException($"no options ({stray}) can be specified after the image or container name");
        }

        if (positionals.Count > Maximum)
        {
            throw Wrong(TooMany, positionals.Count);
        }
    }

    private static BuildSharpException Wrong(string message, int received) =>
        new(message.Replace("{n}", received.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
