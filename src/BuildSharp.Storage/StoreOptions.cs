namespace BuildSharp.Storage;

/// <summary>Where a store is and how it works, as the configuration and the flags resolved it.</summary>
public sealed record StoreOptions
{
    /// <summary>Directory of layers, images and containers; survives a reboot.</summary>
    public required string GraphRoot { get; init; }

    /// <summary>Directory of mount counts and run files; must be lost on reboot.</summary>
    public required string RunRoot { get; init; }

    /// <summary><c>overlay</c> or <c>vfs</c>; null to use what the store has, else the first of <see cref="DriverPriority"/>.</summary>
    public string? Driver { get; init; }

    /// <summary>Drivers to try for a new store when <see cref="Driver"/> is null.</summary>
    public IReadOnlyList<string> DriverPriority { get; init; } = [];

    /// <summary>Options of the driver, <c>driver.key=value</c> or <c>key=value</c> each.</summary>
    public IReadOnlyList<string> DriverOptions { get; init; } = [];

    /// <summary>Graph roots that are only read, in the order they are searched after the own one.</summary>
    public IReadOnlyList<string> AdditionalImageStores { get; init; } = [];

    /// <summary>Containers and their layers are recorded below the run root and vanish with it.</summary>
    public bool TransientStore { get; init; }

    /// <summary>Never use overlay's <c>volatile</c> option.</summary>
    public bool DisableVolatile { get; init; }

    /// <summary>The configuration file that was read; null when there is none.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Takes what is done and decided, one line each, for a debug log; null when nobody listens. May be called from any thread.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>What was odd in the configuration, one line each, for the log.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
