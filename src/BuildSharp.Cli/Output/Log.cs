using System.Globalization;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Output;

/// <summary>Severity of a log line, least severe first.</summary>
internal enum LogLevel
{
    Trace,
    Debug,
    Info,
    Warning,
    Error,
    Fatal,
    Panic,
}

/// <summary>Log lines on standard error in the text format of logrus, which buildah uses: key=value pairs, or a short form without colours
/// on a terminal.</summary>
internal sealed class Log(TextWriter output, LogLevel threshold, bool terminal, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private readonly Lock _lock = new();

    /// <summary>A log that discards all lines.</summary>
    public static Log Silent { get; } = new(TextWriter.Null, LogLevel.Panic, terminal: false, TimeProvider.System);

    /// <summary>Least severe level to write.</summary>
    public LogLevel Threshold => threshold;

    /// <summary>The same log on another writer.</summary>
    public Log On(TextWriter writer) => new(writer, threshold, terminal, clock);

    /// <summary>Parses the name of a level.</summary>
    /// <exception cref="BuildSharpException">The level is unknown.</exception>
    public static LogLevel ParseLevel(string text) => text.ToLowerInvariant() switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Info,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Fatal,
        "panic" => LogLevel.Panic,
        _ => throw new BuildSharpException($"unable to parse log level: not a valid logrus Level: {GoQuoting.Quote(text)}"),
    };

    public void Debug(string message) => Write(LogLevel.Debug, message);

    public void Info(string message) => Write(LogLevel.Info, message);

    public void Warning(string message) => Write(LogLevel.Warning, message);

    public void Error(string message) => Write(LogLevel.Error, message);

    /// <summary>Writes one line when its level reaches the threshold.</summary>
    public void Write(LogLevel level, string message)
    {
        if (level < threshold)
        {
            return;
        }

        message = AddressCredentials.Masked(message);
        var text = level.ToString().ToLowerInvariant();
        if (terminal)
        {
            var seconds = (long)clock.GetElapsedTime(_started).TotalSeconds;
            var label = (level == LogLevel.Warning ? "WARN" : text.ToUpperInvariant());
            WriteLine($"{label[..Math.Min(4, label.Length)]}[{seconds.ToString("D4", CultureInfo.InvariantCulture)}] {message}");
            return;
        }

        var time = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        WriteLine($"time=\"{time}\" level={text} msg={(NeedsQuotes(message) ? GoQuoting.Quote(message) : message)}");
    }

    // Layers are copied in parallel, and each copy may log.
    private void WriteLine(string line)
    {
        lock (_lock)
        {
            output.WriteLine(line);
        }
    }

    private static bool NeedsQuotes(string message) => message.Length == 0 || !message.All(
        letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '/' or '@' or '^' or '+');
}
