using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Connections;

/// <summary>TLS settings: trusted servers and client certificates (<c>--tls-verify</c>, <c>--cert-dir</c>).</summary>
internal sealed class ServerTrust(ConnectionSettings settings)
{
    /// <summary>Settings for a connection.</summary>
    /// <exception cref="BuildSharpException">A file in the certificate directory cannot be read.</exception>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions();
        if (!settings.TlsVerify)
        {
#pragma warning disable CA5359 // It is what the user asked for.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (settings.CertificateDirectory is not { } directory)
        {
            return options;
        }

        OpenSsl.Require($"to read the certificates of {directory}");
        try
        {
            var authorities = new X509Certificate2Collection();
            foreach (var file in Directory.EnumerateFiles(directory, "*.crt").Order(StringComparer.Ordinal))
            {
                authorities.ImportFromPemFile(file);
            }

            if (settings.TlsVerify && authorities.Count > 0)
            {
                options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, authorities);
            }

            options.ClientCertificates = [];
            foreach (var file in Directory.EnumerateFiles(directory, "*.cert").Order(StringComparer.Ordinal))
            {
                options.ClientCertificates.Add(X509Certificate2.CreateFromPemFile(file, Path.ChangeExtension(file, ".key")));
            }

            return options;
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"certificates of {directory}: {error.Message}", error);
        }
    }

    // Trust our CA certificates in addition to the system's.
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || chain is null || certificate is not X509Certificate2 server)
        {
            return errors == SslPolicyErrors.None;
        }

        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        return chain.Build(server);
    }
}
