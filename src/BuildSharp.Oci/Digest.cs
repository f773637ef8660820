using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace BuildSharp.Oci;

/// <summary>A content hash in the form <c>algorithm:hex</c>, for example <c>sha256:e3b0…</c> (OCI image-spec, descriptor.md, "Digests").</summary>
/// <remarks><c>default</c> means "no digest": <see cref="IsDefault"/> is true and <see cref="ToString"/> returns an empty string.</remarks>
public readonly record struct Digest
{
    /// <summary>Minimum length at which the platform's hash is faster, including the time to load it.</summary>
    internal const int LongContent = 1024 * 1024;

    private Digest(string algorithm, string hex)
    {
        Algorithm = algorithm;
        Hex = hex;
    }

    /// <summary>The hash function: <c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The hash in lower-case hexadecimal: 64 digits for sha256, 128 for sha512.</summary>
    public string Hex { get; }

    /// <summary>Whether the digest is <c>default</c>, the value of an unset field.</summary>
    public bool IsDefault => Hex is null;

    /// <summary>Hashes the bytes with SHA-256.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> content) => Sha256(content, isLong: content.Length >= LongContent);

    /// <param name="content">The bytes.</param>
    /// <param name="isLong">Whether the platform's hash is worth loading.</param>
    internal static Digest Sha256(ReadOnlySpan<byte> content, bool isLong)
    {
        if (isLong && OpenSsl.IsInstalled)
        {
            return FromSha256Hash(SHA256.HashData(content));
        }

        var hash = new ManagedSha256();
        hash.Append(content);
        return FromSha256Hash(hash.Complete());
    }

    /// <summary>Hashes the bytes with an algorithm, to compare the result with a digest of that <see cref="Algorithm"/>.</summary>
    /// <param name="algorithm"><c>sha256</c> or <c>sha512</c>.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="BuildSharpException">SHA-512 was requested and OpenSSL is not installed.</exception>
    public static Digest Compute(string algorithm, ReadOnlySpan<byte> content)
    {
        if (algorithm == "sha256")
        {
            return Sha256(content);
        }

        using var hash = new RunningDigest(algorithm);
        hash.Append(content);
        return hash.Complete();
    }

    /// <summary>Creates a digest from a SHA-256 hash.</summary>
    /// <param name="hash">Exactly 32 bytes.</param>
    public static Digest FromSha256Hash(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, SHA256.HashSizeInBytes);
        return new Digest("sha256", Convert.ToHexStringLower(hash));
    }

    /// <summary>Creates a digest from its hexadecimal part, the form of image and layer ids.</summary>
    /// <exception cref="FormatException">The text is not 64 lower-case hexadecimal digits.</exception>
    public static Digest FromSha256Hex(string hex) => Parse("sha256:" + hex);

    /// <summary>Parses <c>sha256:</c> with 64 or <c>sha512:</c> with 128 lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"\"{text}\" is not a digest: expected sha256: with 64 or sha512: with 128 lower-case hexadecimal digits");

    /// <summary>Like <see cref="Parse"/>, without throwing.</summary>
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

    /// <summary>Parses a sha256 digest in UTF-8; false for any other text.</summary>
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
