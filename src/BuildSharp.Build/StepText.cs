using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>How instructions look in progress lines: passwords in addresses are hidden, for logs are kept and shown.</summary>
internal static class StepText
{
    /// <summary>The instruction on one line; the first line of each heredoc stands in brackets behind it.</summary>
    public static string Of(Instruction instruction) =>
        AddressCredentials.Masked(string.Concat(instruction.Statement.Heredocs.Select(heredoc => $" ({FirstLine(heredoc)})").Prepend(instruction.Original)));

    /// <summary>A FROM line with what it came to.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="scope">What the line sees.</param>
    /// <param name="from">The base.</param>
    public static string Of(PlannedStage stage, BuildScope scope, string from)
    {
        var platform = ((FromInstruction)stage.From.Expand(scope.Lookup)).Platform is { } given ? $"--platform={given} " : "";
        return stage.Name is null ? $"FROM {platform}{from}" : $"FROM {platform}{from} AS {stage.Name}";
    }

    private static string FirstLine(Heredoc heredoc)
    {
        var text = heredoc.Content.AsSpan().Trim();
        var end = text.IndexOf('\n');
        return end < 0 ? text.ToString() : $"{text[..end].TrimEnd('\r')}...";
    }
}
