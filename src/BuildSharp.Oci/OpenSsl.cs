using System.Runtime.InteropServices;

namespace BuildSharp.Oci;

/// <summary>Checks for OpenSSL, which the runtime uses for hashing and encryption. If it is missing, the runtime aborts the process at
/// first use without an exception, so callers must check first.</summary>
public static class OpenSsl
{
    private const string Library = "libssl.so.3";
    private const string Package = "libssl3";

    /// <summary>Whether one of the versions that the runtime supports can be loaded.</summary>
    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _) || NativeLibrary.TryLoad("libssl.so.1.1", out _);

    /// <summary>Throws if OpenSSL is not installed.</summary>
    /// <param name="purpose">The use, as "to ...".</param>
    /// <exception cref="BuildSharpException">OpenSSL is missing; the message says what to install.</exception>
    public static void Require(string purpose)
    {
        if (!IsInstalled)
        {
            throw new BuildSharpException($"{Library} is needed {purpose} and not installed; install the Debian package {Package}");
        }
    }
}
