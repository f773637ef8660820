using BuildSharp.Oci;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Registry.Protocol;

/// <summary>Client for one repository of a registry (OCI distribution-spec). Members may be called from several threads at once. Nothing is
/// sent before the first call.</summary>
/// <remarks>Partial: a file for manifests, blobs, and so on.</remarks>
public sealed partial class RepositoryClient : IDisposable
{
    private readonly RegistryEndpoint _endpoint;
    private readonly RegistryClientOptions _options;
    private readonly RegistryConnection _connection;
    private readonly Lazy<HttpConnections> _elsewhere;

    /// <summary>Creates the client.</summary>
    /// <exception cref="BuildSharpException">A certificate of the endpoint cannot be read.</exception>
    public RepositoryClient(RegistryEndpoint endpoint, RegistryClientOptions options)
    {
        _endpoint = endpoint;
        _options = options;
        _connection = new RegistryConnection(endpoint, options);
        _elsewhere = new Lazy<HttpConnections>(() => new HttpConnections(new ConnectionSettings { Environment = options.Environment }));
    }

    /// <summary>The repository.</summary>
    public RegistryEndpoint Endpoint => _endpoint;

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        if (_elsewhere.IsValueCreated)
        {
            _elsewhere.Value.Dispose();
        }
    }

    private Uri Address(string path) => new($"v2/{_endpoint.Repository}/{path}", UriKind.Relative);
}
