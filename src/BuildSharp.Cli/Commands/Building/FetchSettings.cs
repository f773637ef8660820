using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Containers.Fetching;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Settings for downloads other than images.</summary>
internal static class FetchSettings
{
    private const long DefaultRetries = 3;

    /// <summary>Reads the settings from flags, environment and containers.conf.</summary>
    /// <exception cref="BuildSharpException">A duration or number is invalid.</exception>
    public static FetchOptions Options(Invocation call) => new()
    {
        TemporaryDirectory = TemporaryDirectory(call),
        Environment = call.Surroundings.Environment,
        TlsVerify = RegistryChoice.BoolOf(call.Flags, "tls-verify") ?? true,
        CertificateDirectory = RegistryConfiguration.PathOf(call, "cert-dir"),
        Retries = Retries(call),
        RetryDelay = RetryDelay(call),
        Time = call.Surroundings.Clock,
        Debug = call.Debug,
        Progress = call.Surroundings.Progress,
    };

    // commit has neither flag.
    private static int Retries(Invocation call)
    {
        var given = call.Flags.Has("retry") && call.Flags.IsSet("retry") ? call.Flags.Number("retry") : call.Surroundings.Configuration.Retry;
        return (int)Math.Clamp(given ?? DefaultRetries, 0, int.MaxValue);
    }

    private static TimeSpan? RetryDelay(Invocation call)
    {
        var given = call.Flags.Has("retry-delay") && call.Flags.IsSet("retry-delay")
            ? call.Flags.NonEmptyText("retry-delay")
            : call.Surroundings.Configuration.RetryDelay;
        if (given is null)
        {
            return null;
        }

        return GoDuration.TryParse(given, out var delay) && delay >= TimeSpan.Zero
            ? delay
            : throw new BuildSharpException($"unable to parse value provided {GoQuoting.Quote(given)} as --retry-delay: it is a duration like 2s or 1m30s");
    }

    /// <summary>Directory for large temporary files. The default is /var/tmp, because /tmp is in memory on many machines.</summary>
    /// <remarks>May not exist. TMPDIR has precedence over <c>image_copy_tmp_dir</c> of containers.conf.</remarks>
    public static string TemporaryDirectory(Invocation call) =>
        call.Surroundings.Environment.GetValueOrDefault("TMPDIR") is { Length: > 0 } given ? Path.GetFullPath(given, call.Surroundings.WorkingDirectory)
        : call.Surroundings.Configuration.TemporaryDirectory switch
        {
            null => "/var/tmp",
            "storage" => Path.Combine(StoreAccess.Options(call).GraphRoot, "tmp"),
            var directory => directory,
        };
}
