using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace BuildSharp.Oci;

/// <summary>A content hash in the form <c>algorithm:hex</c>, for example <c>sha256:e3b0…</c> (OCI image-spec, descriptor.md, "Digests").</summary>
/// <remarks><c>default</c> is "no digest": <see cref="IsDefault"/> tells, and <see cref="ToString"/> gives an empty string.</remarks>
public readonly record struct Digest
{
    /// <summary>From here on the platform's hash is quicker, loading included.</summary>
    private const int LongContent = 1024 * 1024;

    private Digest(string algorithm, string hex)
    {
        Algorithm = algorithm;
        Hex = hex;
    }

    /// <summary>The hash function: <c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The hash in lower-case hexadecimal: 64 digits for sha256, 128 for sha512.</summary>
    public string Hex { get; }

    /// <summary>Whether this is the value of an unset field.</summary>
    public bool IsDefault => Hex is null;

    /// <summary>Hashes the bytes with SHA-256.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> content)
    {
        if (content.Length >= LongContent && OpenSsl.IsInstalled)
        {
            return FromSha256Hash(SHA256.HashData(content));
        }

        var hash = new ManagedSha256();
        hash.Append(content);
        return FromSha256Hash(hash.Complete());
    }

    /// <summary>Wraps a finished SHA-256 hash.</summary>
    /// <param name="hash">Exactly 32 bytes.</param>
    public static Digest FromSha256Hash(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, SHA256.HashSizeInBytes);
        return new Digest("sha256", Convert.ToHexStringLower(hash));
    }

    /// <summary>Wraps the hexadecimal part of a SHA-256 digest, as image and layer ids are written.</summary>
    /// <exception cref="FormatException">Not 64 lower-case hexadecimal digits.</exception>
    public static Digest FromSha256Hex(string hex) => Parse("sha256:" + hex);

    /// <summary>Reads <c>sha256:</c> with 64 or <c>sha512:</c> with 128 lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"\"{text}\" is not a digest: expected sha256: with 64 or sha512: with 128 lower-case hexadecimal digits");

    /// <summary>Reads what <see cref="Parse"/> reads, without throwing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        var colon = text?.IndexOf(':') ?? -1;
        if (colon < 0)
        {
            return false;
        }

        var (algorithm, length) = text.AsSpan(0, colon) switch { "sha256" => ("sha256", 64), "sha512" => ("sha512", 128), _ => ("", -1) };
        if (text!.Length - colon - 1 != length || text.AsSpan(colon + 1).ContainsAnyExcept("0123456789abcdef"))
        {
            return false;
        }

        digest = new Digest(algorithm, text[(colon + 1)..]);
        return true;
    }

    /// <summary>Reads the form of sha256 in UTF-8; false for everything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Digest digest)
    {
        digest = default;
        var prefix = "sha256:"u8;
        if (utf8.Length != prefix.Length + 64 || !utf8.StartsWith(prefix) || utf8[prefix.Length..].ContainsAnyExcept("0123456789abcdef"u8))
        {
            return false;
        }

        digest = new Digest("sha256", Encoding.ASCII.GetString(utf8[prefix.Length..]));
        return true;
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => IsDefault ? "" : $"{Algorithm}:{Hex}";
}
