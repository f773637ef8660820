using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Bounds for the number of positionals of a verb, and the messages for a number outside them (buildah(1)).</summary>
/// <remarks><c>{n}</c> in a message is replaced by the number received.</remarks>
/// <param name="Minimum">Smallest number accepted.</param>
/// <param name="TooFew">Message when there are fewer.</param>
/// <param name="Maximum">Largest number accepted.</param>
/// <param name="TooMany">Message when there are more.</param>
internal sealed record ArgumentRule(int Minimum = 0, string TooFew = "", int Maximum = int.MaxValue, string TooMany = "")
{
    /// <summary>Refuses too few positionals, then those that look like flags where flags must come first, then too many.</summary>
    /// <exception cref="BuildSharpException">The positionals break the rule; the message is buildah's, because scripts match
    /// it.</exception>
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
