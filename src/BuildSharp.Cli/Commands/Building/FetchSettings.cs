using System.Globalization;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Containers.Fetching;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Settings for downloads other than images.</summary>
internal static class FetchSettings
{
    /// <summary>Reads the settings from flags, environment and containers.conf.</summary>
    /// <exception cref="BuildSharpException">A duration or number is invalid.</exception>
    public static FetchOptions Options(Invocation call) => new()
    {
        TemporaryDirectory = TemporaryDirectory(call),
        Environment = call.Surroundings.Environment,
        TlsVerify = call.Flags.Bool("tls-verify"),
        CertificateDirectory = call.Flags.NonEmptyText("cert-dir") is { } directory ? Path.GetFullPath(directory, call.Surroundings.WorkingDirectory) : null,
        Retries = call.Flags.IsSet("retry") || call.Surroundings.Configuration.Retry is not { } retries
            ? int.Parse(call.Flags.Text("retry")!, CultureInfo.InvariantCulture)
            : (int)retries,
        RetryDelay = (call.Flags.IsSet("retry-delay") ? call.Flags.NonEmptyText("retry-delay") : call.Surroundings.Configuration.RetryDelay) is { } delay
            ? GoDuration.TryParse(delay, out var time) && time >= TimeSpan.Zero
                ? time
                : throw new BuildSharpException($"unable to parse value provided {GoQuoting.Quote(delay)} as --retry-delay: it is a duration like 2s or 1m30s")
            : null,
        Time = call.Surroundings.Clock,
        Debug = call.Debug,
        Progress = call.Surroundings.Progress,
    };

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
