using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>What a build was given from outside its Dockerfile.</summary>
public sealed record BuildArguments
{
    /// <summary>The names that need no ARG and stay out of history and cache unless declared.</summary>
    public static IReadOnlyList<string> Proxies { get; } =
    [
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy",
    ];

    /// <summary>The argument that gives the time at which the image is made, in seconds since 1970 (reproducible-builds.org). A file may
    /// ask for it without a value being given.</summary>
    public const string SourceDateEpoch = "SOURCE_DATE_EPOCH";

    /// <summary><c>--build-arg name=value</c>; names whose value was to come from the environment and was not there are left out.</summary>
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>();

    /// <summary>Proxy variables of the tool's own environment; none with <c>--http-proxy=false</c>.</summary>
    public IReadOnlyDictionary<string, string> InheritedProxies { get; init; } = new Dictionary<string, string>();

    /// <summary>What the image is for.</summary>
    public Platform Target { get; init; } = Platform.Host;

    /// <summary>What the build runs on.</summary>
    public Platform Build { get; init; } = Platform.Host;

    /// <summary>The stage asked for, or <c>default</c>.</summary>
    public string TargetStage { get; init; } = "default";

    /// <summary>The value of an automatic platform argument, a given one first; null for any other name.</summary>
    public string? Automatic(string name) => AutomaticDefault(name) is { } value ? Given.GetValueOrDefault(name, value) : null;

    /// <summary>The names <see cref="Automatic"/> knows.</summary>
    public static IReadOnlyList<string> AutomaticNames { get; } =
    [
        "TARGETPLATFORM", "TARGETOS", "TARGETOSVERSION", "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE", "BUILDPLATFORM", "BUILDOS",
        "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT",
    ];

    private string? AutomaticDefault(string name) => name switch
    {
        "TARGETPLATFORM" => Target.ToString(),
        "TARGETOS" => Target.Os,
        "TARGETOSVERSION" => Target.OsVersion ?? "",
        "TARGETARCH" => Target.Architecture,
        "TARGETVARIANT" => Target.Variant ?? "",
        "TARGETSTAGE" => TargetStage,
        "BUILDPLATFORM" => Build.ToString(),
        "BUILDOS" => Build.Os,
        "BUILDOSVERSION" => Build.OsVersion ?? "",
        "BUILDARCH" => Build.Architecture,
        "BUILDVARIANT" => Build.Variant ?? "",
        _ => null,
    };
}
