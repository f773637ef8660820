using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>Text of instructions in progress lines. Passwords in URLs are masked, because logs are stored and shared.</summary>
internal static class StepText
{
    /// <summary>The instruction on one line, followed by the first line of each heredoc in parentheses.</summary>
    public static string Of(Instruction instruction) =>
        AddressCredentials.Masked(string.Concat(instruction.Statement.Heredocs.Select(heredoc => $" ({FirstLine(heredoc)})").Prepend(instruction.Original)));

    /// <summary>A FROM line with its resolved base.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="scope">Variables visible in FROM lines.</param>
    /// <param name="from">Name of the base.</param>
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
