using BuildSharp.Oci.Reporting;

namespace BuildSharp.Storage;

/// <summary>Location and options of a store, resolved from configuration and flags.</summary>
public sealed record StoreOptions
{
    /// <summary>Directory of layers, images and containers; must survive a reboot.</summary>
    public required string GraphRoot { get; init; }

    /// <summary>Directory of mount counts and runtime files; must be emptied at boot.</summary>
    public required string RunRoot { get; init; }

    /// <summary><c>overlay</c> or <c>vfs</c>; null to use the driver of the existing store, or for a new store the first supported
    /// one of <see cref="DriverPriority"/>, or else the default.</summary>
    public string? Driver { get; init; }

    /// <summary>Drivers to try for a new store when <see cref="Driver"/> is null.</summary>
    public IReadOnlyList<string> DriverPriority { get; init; } = [];

    /// <summary>Whether the store belongs to a user without root rights on the host, whose default driver depends on the kernel.</summary>
    public bool IsRootless { get; init; }

    /// <summary>Options of the driver, each <c>driver.key=value</c> or <c>key=value</c>.</summary>
    public IReadOnlyList<string> DriverOptions { get; init; } = [];

    /// <summary>Graph roots of additional, read-only stores in search order.</summary>
    public IReadOnlyList<string> AdditionalImageStores { get; init; } = [];

    /// <summary>Whether containers and their layers are recorded in the run root, so that they are lost at reboot.</summary>
    public bool TransientStore { get; init; }

    /// <summary>Disables overlay's <c>volatile</c> option.</summary>
    public bool DisableVolatile { get; init; }

    /// <summary>The configuration file that was read; null for none.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Receives steps and decisions for a debug log, one line each; null for none. May be called from any thread.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Receives the bytes of layers while containers are committed; null to report nothing. Operations on working containers report
    /// to it too.</summary>
    public IProgressSink? Progress { get; init; }

    /// <summary>Warnings about the configuration, one line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
