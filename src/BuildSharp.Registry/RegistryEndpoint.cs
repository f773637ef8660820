namespace BuildSharp.Registry;

/// <summary>A repository on a server: what a client connects to. A name can have several endpoints, its mirrors and the primary one.</summary>
/// <param name="Host">The server, <c>host[:port]</c>, as names state it: Docker Hub is <c>docker.io</c>.</param>
/// <param name="Repository">Path of the repository on the server, without tag and digest.</param>
public sealed record RegistryEndpoint(string Host, string Repository)
{
    /// <summary>Whether certificates are not verified, and HTTP is used if the server does not speak TLS.</summary>
    public bool Insecure { get; init; }

    /// <summary>Directory with CA and client certificates for the server (containers-certs.d(5)); null for none.</summary>
    public string? CertificateDirectory { get; init; }

    /// <summary><c>host[:port]/path</c>, the key of its credentials.</summary>
    public override string ToString() => $"{Host}/{Repository}";
}
