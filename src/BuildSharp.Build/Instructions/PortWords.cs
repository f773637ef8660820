using System.Globalization;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Build.Instructions;

/// <summary>The words of EXPOSE: <c>[[ip:]host:]container[-last][/protocol]</c>. Only the container's side counts.</summary>
internal static class PortWords
{
    private static readonly string[] Protocols = ["tcp", "udp", "sctp"];

    /// <summary>One <c>port/protocol</c> for each port of the word's range.</summary>
    /// <exception cref="DockerfileException">It is not a port.</exception>
    public static IEnumerable<string> Read(Word word)
    {
        string text = word.Text;
        int slash = text.LastIndexOf('/');
        string protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        if (!Protocols.Contains(protocol)) throw Invalid($"invalid proto: {text[(slash + 1)..]}");

        string ports = slash < 0 ? text : text[..slash];
        ports = ports[(ports.LastIndexOf(':') + 1)..];
        int dash = ports.IndexOf('-');
        int first = Number(dash < 0 ? ports : ports[..dash]), last = dash < 0 ? first : Number(ports[(dash + 1)..]);
        return last >= first
            ? Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{protocol}")
            : throw Invalid($"the range {ports} runs backwards");

        int Number(string digits) => ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            ? port
            : throw Invalid($"invalid containerPort: {ports}");

        DockerfileException Invalid(string reason) =>
            new(word.Span, $"invalid port: \"{text}\": {reason}", "A port is a number up to 65535, or first-last, and may end in /tcp, /udp or /sctp.");
    }
}
