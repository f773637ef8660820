namespace BuildSharp.Registry.Configuration;

/// <summary>What to do when a short name has several candidates (<c>short-name-mode</c> of registries.conf).</summary>
public enum ShortNameMode
{
    /// <summary>Ask on a terminal; without one, try the candidates in order.</summary>
    Permissive,

    /// <summary>Ask on a terminal; without one, fail.</summary>
    Enforcing,

    /// <summary>Try the candidates in order.</summary>
    Disabled,
}
