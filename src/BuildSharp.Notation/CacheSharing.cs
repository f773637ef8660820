namespace BuildSharp.Notation;

/// <summary>Who may use a cache at the same time.</summary>
public enum CacheSharing
{
    /// <summary>Everyone.</summary>
    Shared,

    /// <summary>Everyone gets one of their own when it is busy.</summary>
    Private,

    /// <summary>One after another.</summary>
    Locked,
}
