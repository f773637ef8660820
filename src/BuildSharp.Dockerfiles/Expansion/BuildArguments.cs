using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Values that a build receives from outside its Dockerfile.</summary>
public sealed record BuildArguments
{
    /// <summary>Names of proxy variables, which need no ARG and are left out of history and cache unless declared.</summary>
    public static IReadOnlyList<string> Proxies { get; } =
    [
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy",
    ];

    /// <summary>The argument for the image's creation time in seconds since 1970 (reproducible-builds.org). A Dockerfile may declare it
    /// without a value being given.</summary>
    public const string SourceDateEpoch = "SOURCE_DATE_EPOCH";

    /// <summary><c>--build-arg name=value</c>. A name without value is included only if the environment has the variable.</summary>
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>();

    /// <summary>Proxy variables of the process; empty with <c>--http-proxy=false</c>.</summary>
    public IReadOnlyDictionary<string, string> InheritedProxies { get; init; } = new Dictionary<string, string>();

    /// <summary>Platform of the image.</summary>
    public Platform Target { get; init; } = Platform.Host;

    /// <summary>Platform of the build machine.</summary>
    public Platform Build { get; init; } = Platform.Host;

    /// <summary>Name of the stage to build, or <c>default</c>.</summary>
    public string TargetStage { get; init; } = "default";

    /// <summary>Value of an automatic platform argument, replaced by a <c>--build-arg</c> of that name; null for any other name.</summary>
    public string? Automatic(string name) => AutomaticDefault(name) is { } value ? Given.GetValueOrDefault(name, value) : null;

    /// <summary>The names that <see cref="Automatic"/> accepts.</summary>
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
