using BuildSharp.Cli.Commands.Building;
using BuildSharp.Oci;
using BuildSharp.Registry;
using BuildSharp.Registry.Protocol;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>How this command reaches registries: from flags, environment and containers.conf.</summary>
internal static class RegistrySettings
{
    /// <summary>Settings for the transport <c>docker://</c>.</summary>
    public static RegistryAccess Access(Invocation call)
    {
        var fetching = FetchSettings.Options(call);
        RegistryEndpoint Endpoint(Reference name) => new(name.Domain, name.Path)
        {
            Insecure = !fetching.TlsVerify,
            CertificateDirectory = fetching.CertificateDirectory,
        };
        return new RegistryAccess
        {
            PullEndpoints = name => [Endpoint(name)],
            PushEndpoint = Endpoint,
            Client = new RegistryClientOptions
            {
                Environment = fetching.Environment,
                Retries = fetching.Retries > 0,
                RetryDelay = fetching.RetryDelay,
                Debug = fetching.Debug,
                Warnings = new WarningProgress(call.Log),
                Time = fetching.Time,
            },
        };
    }

    private sealed class WarningProgress(Output.Log log) : IProgress<string>
    {
        public void Report(string value) => log.Warning(value);
    }
}
