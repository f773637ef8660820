using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Registry;
using BuildSharp.Registry.Configuration;
using BuildSharp.Registry.Protocol;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>How this command reaches registries: from flags, environment, registries.conf and containers.conf.</summary>
internal static class RegistrySettings
{
    /// <summary>Settings for the transport <c>docker://</c>. registries.conf and credentials are read when a registry is used, because most
    /// commands use none.</summary>
    public static RegistryAccess Access(Invocation call) => Access(call, RegistryChoice.Of(call));

    /// <summary>Like <see cref="Access(Invocation)"/>, for one side of a command that has two.</summary>
    public static RegistryAccess Access(Invocation call, RegistryChoice choice)
    {
        var configuration = new Lazy<RegistriesConf>(() => RegistryConfiguration.Read(call));
        var endpoints = new Lazy<RegistryEndpoints>(() => RegistryConfiguration.Endpoints(call, choice, configuration.Value));
        var sources = RegistrySources.Of(call.Surroundings.Environment);
        var credentials = new CommandCredentials(call, choice, configuration);
        return new RegistryAccess
        {
            PullEndpoints = name =>
            {
                credentials.Permit(name.Domain);
                return [.. endpoints.Value.ForPull(name).Select(endpoint => sources.Applied(endpoint, name.Domain, "", choice))];
            },
            PushEndpoint = name =>
            {
                credentials.Permit(name.Domain);
                return sources.Applied(endpoints.Value.ForPush(name), name.Domain, call.VerbName == "commit" ? "commit to " : "", choice);
            },
            Origin = name => Origin(
                call, choice, sources.Applied(RegistryConfiguration.ConfiguredEndpoints(call, configuration.Value).ForPush(name), name.Domain, "", choice), credentials),
            Client = Client(call) with { Credentials = credentials },
        };
    }

    // --creds, --cert-dir and --tls-verify are for the registry that the command names. Another one is reached as the configuration says;
    // without certificates only anonymously, because the user permitted that without knowing the server.
    private static RepositoryClient Origin(Invocation call, RegistryChoice choice, RegistryEndpoint endpoint, CommandCredentials credentials)
    {
        var isPermitted = !endpoint.Insecure && choice.TlsVerify == false;
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
