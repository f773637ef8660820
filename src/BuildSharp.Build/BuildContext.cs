using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Build;

/// <summary>The directory that COPY and ADD without <c>--from</c> see.</summary>
/// <param name="Directory">Absolute path.</param>
/// <param name="Ignored">What they do not see; null for nothing.</param>
/// <param name="IgnoreFileName">Where that was read from, for messages.</param>
public sealed record BuildContext(string Directory, IgnoreFile? Ignored = null, string? IgnoreFileName = null);
