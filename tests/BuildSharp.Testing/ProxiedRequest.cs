using System.Globalization;
using System.Text;

namespace BuildSharp.Testing;

/// <summary>A request as it arrives on a socket: its head, and its body in whatever form it comes.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Headers">Its header lines.</param>
internal sealed record ProxiedRequest(string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>Reads the head; null when the client sends none.</summary>
    public static async Task<ProxiedRequest?> ReadAsync(Stream stream)
    {
        var lines = new List<string>();
        while (await ReadLineAsync(stream) is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        if (lines.Count == 0 || lines[0].Split(' ') is not [var method, var path, _])
        {
            return null;
        }

        return new ProxiedRequest(method, path, [.. lines.Skip(1).Select(line => (line.Split(':', 2)[0], line.Split(':', 2)[1].Trim()))]);
    }

    /// <summary>Value of a header; null when it is absent.</summary>
    public string? Header(string name) =>
        Headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Reads the body piece by piece.</summary>
    public async IAsyncEnumerable<byte[]> ReadBodyAsync(Stream stream)
    {
        if (Header("Transfer-Encoding") is not null)
        {
            while (int.Parse(await ReadLineAsync(stream) ?? "0", NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var size and > 0)
            {
                yield return await ReadExactlyAsync(stream, size);
                await ReadLineAsync(stream);
            }

            await ReadLineAsync(stream);
            yield break;
        }

        for (var left = long.Parse(Header("Content-Length") ?? "0", CultureInfo.InvariantCulture); left > 0;)
        {
            var piece = await ReadExactlyAsync(stream, (int)Math.Min(left, 64 * 1024));
            left -= piece.Length;
            yield return piece;
        }
    }

    private static async Task<byte[]> ReadExactlyAsync(Stream stream, int size)
    {
        var bytes = new byte[size];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        return null;
    }
}
