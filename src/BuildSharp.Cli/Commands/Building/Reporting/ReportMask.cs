using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary>Masks in every text of a report what must not be in a file that is passed around: passwords in addresses, the values of build
/// arguments whose names suggest a secret, and the value of each <c>NAME=value</c> with such a name.</summary>
/// <param name="arguments">The build arguments of the command line.</param>
internal sealed class ReportMask(IEnumerable<KeyValuePair<string, string>> arguments) : JsonConverter<string>
{
    // A shorter value is no secret, and masking it would make other words unreadable.
    private const int Shortest = 4;

    // The longest first, because another may be a part of it.
    private readonly IReadOnlyList<string> _values =
    [
        .. arguments.Where(argument => CommandText.IsSecretName(argument.Key) && argument.Value.Length >= Shortest)
            .Select(argument => argument.Value).Distinct().OrderByDescending(value => value.Length),
    ];

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("a report is only written");

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Masked(value));

    /// <summary>The text with each secret replaced.</summary>
    public string Masked(string text)
    {
        text = AddressCredentials.Masked(_values.Aggregate(text, (masked, value) => masked.Replace(value, CommandText.Mask, StringComparison.Ordinal)));
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return text;
        }

        var whole = new StringBuilder(text.Length);
        for (var start = 0; start < text.Length;)
        {
            var length = text.AsSpan(start).IndexOfAny(" \t\n") is var blank and >= 0 ? blank : text.Length - start;
            whole.Append(CommandText.Masked(text.Substring(start, length)));
            start += length;
            if (start < text.Length)
            {
                whole.Append(text[start++]);
            }
        }

        return whole.ToString();
    }
}
