using System.Text.Json;

namespace BuildSharp.Running.Runtimes;

/// <summary>Parses the runtime's log, one JSON object per line. It distinguishes a failure of the runtime from a command with the same
/// status.</summary>
internal static class RuntimeLog
{
    /// <summary>Message of the last record with level "error"; null when the runtime did not fail.</summary>
    public static string? FindError(string text)
    {
        string? message = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var record = JsonDocument.Parse(line);
                if (Text(record.RootElement, "level") is "error" or "fatal")
                {
                    message = Text(record.RootElement, "msg") is { } found ? WithoutVerb(found) : message;
                }
            }
            catch (JsonException)
            {
                // The last line is incomplete when the runtime was killed while writing it.
            }
        }

        return message;
    }

    /// <summary>Whether the message means that the container was ready and only the program could not be executed.</summary>
    public static bool IsCommandNotStarted(string message) =>
        message.Contains("exec: ", StringComparison.Ordinal) || message.Contains("executable file", StringComparison.Ordinal);

    // Removes "runc run failed: ", because our own message says that already.
    private static string WithoutVerb(string message)
    {
        const string verb = " run failed: ";
        var found = message.IndexOf(verb, StringComparison.Ordinal);
        return found < 0 ? message : message[(found + verb.Length)..];
    }

    private static string? Text(JsonElement record, string name) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
