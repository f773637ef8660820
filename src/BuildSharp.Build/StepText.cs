using BuildSharp.Dockerfiles;

namespace BuildSharp.Build;

/// <summary>How instructions look in progress lines and error messages.</summary>
internal static class StepText
{
    /// <summary>The instruction on one line; of a heredoc, its first line stands for the rest.</summary>
    public static string Of(Instruction instruction) => instruction.Statement.Heredocs is [var first, ..]
        ? $"{instruction.Original} ({first.Content.Split('\n')[0]}...)"
        : instruction.Original;

    /// <summary>A FROM line with what it came to.</summary>
    public static string Of(PlannedStage stage, string from) => stage.Name is null ? $"FROM {from}" : $"FROM {from} AS {stage.Name}";
}
