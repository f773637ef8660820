using System.Security.Cryptography;

namespace BuildSharp.Oci;

/// <summary>Computes a digest incrementally. SHA-256 works without OpenSSL; SHA-512 needs it.</summary>
public sealed class RunningDigest : IDisposable
{
    private readonly string _algorithm;
    private readonly IncrementalHash? _platform;
    private readonly ManagedSha256? _managed;

    /// <summary>Creates a digest of no bytes.</summary>
    /// <param name="algorithm"><c>sha256</c> or <c>sha512</c>.</param>
    /// <exception cref="BuildSharpException">SHA-512 was requested and OpenSSL is not installed.</exception>
    public RunningDigest(string algorithm = "sha256")
    {
        _algorithm = algorithm;
        if (algorithm == "sha512")
        {
            OpenSsl.Require("to compute a sha512 digest");
            _platform = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        }
        else if (OpenSsl.IsInstalled)
        {
            _platform = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
        else
        {
            _managed = new ManagedSha256();
        }
    }

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _platform?.AppendData(bytes);
        _managed?.Append(bytes);
    }

    /// <summary>The digest of all appended bytes. Nothing may be appended afterwards.</summary>
    public Digest Complete() => Digest.Parse($"{_algorithm}:{Convert.ToHexStringLower(_platform?.GetHashAndReset() ?? _managed!.Complete())}");

    /// <inheritdoc/>
    public void Dispose() => _platform?.Dispose();
}
