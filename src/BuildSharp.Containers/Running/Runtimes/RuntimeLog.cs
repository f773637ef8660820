using System.Text.Json;

namespace BuildSharp.Containers.Running;

/// <summary>The runtime's own log, one JSON object a line. It tells the runtime's failure from a command that exits with the same status.</summary>
internal static class RuntimeLog
{
    /// <summary>The message of the last record of level error; null when the runtime did what it was asked.</summary>
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
                // The line that a runtime was writing when it was killed.
            }
        }

        return message;
    }

    /// <summary>Whether the message says that the container was ready and only the program could not be executed.</summary>
    public static bool IsCommandNotStarted(string message) =>
        message.Contains("exec: ", StringComparison.Ordinal) || message.Contains("executable file", StringComparison.Ordinal);

    // "runc run failed: …": that it failed at running is said already.
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
