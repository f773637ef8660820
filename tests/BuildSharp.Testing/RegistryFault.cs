namespace BuildSharp.Testing;

/// <summary>What a <see cref="FaultyRegistry"/> does wrong.</summary>
public enum RegistryFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Breaks every download after 64 KiB, and the first eight uploads.</summary>
    Reset,

    /// <summary>Answers every fourth request with 429 and <c>Retry-After: 0</c>.</summary>
    TooManyRequests,

    /// <summary>Answers every third request with 500.</summary>
    ServerError,

    /// <summary>Tells a length of blobs that is one byte too small.</summary>
    WrongLength,

    /// <summary>Changes a byte of each blob that comes or goes.</summary>
    WrongBytes,

    /// <summary>Redirects downloads of blobs to another port.</summary>
    Redirect,

    /// <summary>Requires a token, and refuses each after twenty requests.</summary>
    ExpiringTokens,

    /// <summary>Redirects uploads of blobs and manifests to another port, with 307.</summary>
    RedirectUploads,

    /// <summary>Requires a token, and names another port as the place that uploads go to.</summary>
    UploadsElsewhere,

    /// <summary>Refuses OCI manifests, as registries of before 2018 do.</summary>
    DockerOnly,

    /// <summary>Sends an endless manifest, and endless answers to uploads.</summary>
    Endless,

    /// <summary>Sends blobs that go on after their end, without a length.</summary>
    EndlessBlobs,

    /// <summary>Goes silent in the middle of the first download of a layer, and of the first upload, with the connection open.</summary>
    Stall,
}
