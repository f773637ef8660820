using System.Text;

namespace BuildSharp.EndToEnd.Tests.Fuzzing;

/// <summary>Makes broken input from good input: the same seed makes the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private const int Longest = 64 * 1024;

    // What parsers of text stumble over: ends, brackets and quotes left open, numbers beyond every type, bytes that are no text.
    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "", " ", "\n", "\r\n", "\t", "\0", "=", ",", ":", ";", "/", "//", "..", "../", ".", "@", "#", "%", "%q", "*", "**", "?", "[", "]", "{", "}", "{{", "}}",
            "(", ")", "\"", "'", "\\", "`", "$", "${", "${a:-", "|", "&", "~", "^", "!", "-", "--", "-1", "0", "1.5", "1e999", "99999999999999999999",
            "79228162514264337593543950335", "NaN", "true", "null", "\\u0000", "\\ud800", "é", "\u2028", "\ufeff", "<<E", "sha256:", "linux/", "h", "ms", "KiB",
        }.Select(Encoding.UTF8.GetBytes), [0xff], [0xc3], [0xed, 0xa0, 0x80],
    ];

    private readonly Random _random = new(seed);

    /// <summary>One of the items.</summary>
    public T Choose<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>One of the samples with up to six changes.</summary>
    public byte[] Bytes(IReadOnlyList<byte[]> samples)
    {
        var bytes = Choose(samples).ToList();
        for (var changes = _random.Next(1, 7); changes > 0; changes--)
        {
            var at = _random.Next(bytes.Count + 1);
            var length = Math.Min(_random.Next(1, 24), bytes.Count - at);
            switch (_random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 3:
                    var other = Choose(samples);
                    var from = _random.Next(other.Length + 1);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 200)]);
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, Choose(Tokens));
                    break;
            }
        }

        return [.. bytes.Take(Longest)];
    }

    /// <summary>As <see cref="Bytes"/>, of text that can be a word of a command line.</summary>
    public string Word(IReadOnlyList<string> samples) =>
        Encoding.UTF8.GetString(Bytes([.. samples.Select(Encoding.UTF8.GetBytes)])).Replace("\0", "", StringComparison.Ordinal);
}
