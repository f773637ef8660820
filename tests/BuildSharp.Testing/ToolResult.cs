namespace BuildSharp.Testing;

/// <summary>What a finished program left: its exit code and all it printed.</summary>
/// <param name="Command">The command as one would type it.</param>
public sealed record ToolResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>Command, exit code and both streams as one text, for a failure's message or a snapshot.</summary>
    public string Transcript
    {
        get
        {
            var text = new System.Text.StringBuilder($"$ {Command}\nexit code {ExitCode}\n");
            if (Output.Length > 0)
            {
                text.Append("--- stdout\n").Append(EndLine(Output));
            }

            if (Error.Length > 0)
            {
                text.Append("--- stderr\n").Append(EndLine(Error));
            }

            return text.ToString();
        }
    }

    /// <summary>The lines of standard output.</summary>
    public IReadOnlyList<string> Lines => Output.Length == 0 ? [] : Output.TrimEnd('\n').Split('\n');

    private static string EndLine(string text) => text.EndsWith('\n') ? text : text + "\n";
}
