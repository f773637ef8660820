using System.Globalization;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Parses the words of EXPOSE: <c>[[ip:]host:]container[-last][/protocol]</c>. Only the container's ports are used. A missing
/// protocol is tcp, even after a slash.</summary>
public static class ExposedPorts
{
    private static readonly string[] Protocols = ["tcp", "udp", "sctp"];

    /// <summary>One <c>port/protocol</c> for each port of the range.</summary>
    /// <param name="word">The expanded word.</param>
    /// <exception cref="DockerfileException">The word is not a port or a range of ports.</exception>
    public static IEnumerable<string> Read(Word word)
    {
        var text = word.Text;
        var slash = text.LastIndexOf('/');
        var protocol = slash < 0 || slash + 1 == text.Length ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        if (!Protocols.Contains(protocol))
        {
            throw Invalid($"invalid proto: {text[(slash + 1)..]}{Suggestion.Clause(protocol, Protocols)}");
        }

        var ports = slash < 0 ? text : text[..slash];
        ports = ports[(ports.LastIndexOf(':') + 1)..];
        var dash = ports.IndexOf('-');
        var first = Number(dash < 0 ? ports : ports[..dash]);
        var last = dash < 0 ? first : Number(ports[(dash + 1)..]);
        return last >= first
            ? Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}")
            : throw Invalid($"invalid containerPort: {ports}", "The range runs backwards.");

        int Number(string digits) => ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw Invalid($"invalid containerPort: {ports}");

        DockerfileException Invalid(string reason, string? why = null) => new(
            word.Span,
            $"invalid port: \"{text}\": {reason}",
            why ?? (text.StartsWith('#') ? "A comment has a line of its own; behind an instruction # is part of it." :
                "A port is a number up to 65535, or first-last, and may end in /tcp, /udp or /sctp."));
    }
}
