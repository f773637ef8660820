using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Containers;

/// <summary>Command lines for logs: words are quoted where a shell would need it, and what looks like a secret is masked.</summary>
public static class CommandText
{
    /// <summary>What stands for a secret.</summary>
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

    /// <summary>One word with the credentials of addresses masked, and the value of <c>NAME=value</c> where the name speaks of a secret.</summary>
    public static string Masked(string word)
    {
        var equals = word.IndexOf('=');
        if (equals > 0 && equals < word.Length - 1 && IsSecretName(word[..equals]))
        {
            return word[..(equals + 1)] + Mask;
        }

        return AddressCredentials.Masked(word);
    }

    private static bool IsSecretName(string name) =>
        name.EndsWith("key", StringComparison.OrdinalIgnoreCase)
        || SecretNames.Any(secret => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)
            .Contains(secret, StringComparison.OrdinalIgnoreCase));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=@+,%*{}[]#".Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
