using System.Text;

namespace BuildSharp.Oci;

/// <summary>Formats command lines for logs: quotes words as a shell needs it, and masks values that look like secrets.</summary>
public static class CommandText
{
    /// <summary>Text that replaces a secret.</summary>
    public const string Mask = "xxxxx";

    private static readonly string[] SecretNames = ["token", "secret", "passw", "passphrase", "creds", "credential", "authorization", "apikey"];

    /// <summary>The words, separated by spaces.</summary>
    public static string Of(params IEnumerable<string> words)
    {
        var text = new StringBuilder();
        var isSecret = false;
        foreach (var word in words)
        {
            text.Append(text.Length > 0 ? " " : "").Append(isSecret ? Mask : Quoted(Masked(word)));
            isSecret = word.StartsWith('-') && !word.Contains('=') && IsSecretName(word);
        }

        return text.ToString();
    }

    /// <summary>A word with credentials in URLs masked, and with the value of <c>NAME=value</c> masked when the name suggests a
    /// secret.</summary>
    public static string Masked(string word)
    {
        var equals = word.IndexOf('=');
        if (equals > 0 && equals < word.Length - 1 && IsSecretName(word[..equals]))
        {
            return word[..(equals + 1)] + Mask;
        }

        return AddressCredentials.Masked(word);
    }

    /// <summary>Whether the name of a variable or a flag suggests that its value is a secret.</summary>
    public static bool IsSecretName(string name) =>
        name.EndsWith("key", StringComparison.OrdinalIgnoreCase)
        || SecretNames.Any(secret => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)
            .Contains(secret, StringComparison.OrdinalIgnoreCase));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=@+,%*{}[]#".Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
