using System.Runtime.InteropServices;

namespace BuildSharp.Oci;

/// <summary>OpenSSL, with which the runtime hashes and encrypts. Where it is not installed, the runtime ends the process at the first use
/// instead of throwing anything, so whoever is about to use it asks here first.</summary>
public static class OpenSsl
{
    private const string Library = "libssl.so.3";
    private const string Package = "libssl3";

    /// <summary>Whether one of the versions that the runtime looks for can be loaded.</summary>
    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, out _) || NativeLibrary.TryLoad("libssl.so.1.1", out _);

    /// <summary>Returns where it is installed.</summary>
    /// <param name="purpose">What it is needed for, as "to ...".</param>
    /// <exception cref="BuildSharpException">It is not; the message says what to install.</exception>
    public static void Require(string purpose)
    {
        if (!IsInstalled)
        {
            throw new BuildSharpException($"{Library} is needed {purpose} and not installed; install the Debian package {Package}");
        }
    }
}
