using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;
using BuildSharp.Registry.Protocol;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>How this command reaches registries: from flags, environment, registries.conf and containers.conf.</summary>
internal static class RegistrySettings
{
    /// <summary>Settings for the transport <c>docker://</c>. registries.conf and credentials are read when a registry is used, because most
    /// commands use none.</summary>
    public static RegistryAccess Access(Invocation call)
    {
        var configuration = new Lazy<RegistriesConf>(() => RegistryConfiguration.Read(call));
        var endpoints = new Lazy<RegistryEndpoints>(() => RegistryConfiguration.Endpoints(call, configuration.Value));
        var credentials = new CommandCredentials(call, configuration);
        return new RegistryAccess
        {
            PullEndpoints = name =>
            {
                credentials.Permit(name.Domain);
                return endpoints.Value.ForPull(name);
            },
            PushEndpoint = name =>
            {
                credentials.Permit(name.Domain);
                return endpoints.Value.ForPush(name);
            },
            Origin = name => Origin(call, configuration.Value, credentials, name),
            Client = Client(call) with { Credentials = credentials },
        };
    }

    // --creds, --cert-dir and --tls-verify are for the registry that the command names. Another one is reached as the configuration says;
    // without certificates only anonymously, because the user permitted that without knowing the server.
    private static RepositoryClient Origin(Invocation call, RegistriesConf configuration, CommandCredentials credentials, Reference name)
    {
        var endpoint = RegistryConfiguration.ConfiguredEndpoints(call, configuration).ForPush(name);
        var isPermitted = !endpoint.Insecure && RegistryConfiguration.TlsVerify(call) == false;
        return isPermitted
            ? new RepositoryClient(endpoint with { Insecure = true }, Client(call))
            : new RepositoryClient(endpoint, Client(call) with { Credentials = credentials });
    }

    /// <summary>Settings of a client without credentials.</summary>
    public static RegistryClientOptions Client(Invocation call)
    {
        var fetching = FetchSettings.Options(call);
        return new RegistryClientOptions
        {
            Environment = fetching.Environment,
            Retries = fetching.Retries > 0,
            RetryDelay = fetching.RetryDelay,
            Debug = fetching.Debug,
            Warnings = new LogWarnings(call.Log),
            Time = fetching.Time,
        };
    }
}
