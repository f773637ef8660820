using System.Collections.Concurrent;
using BuildSharp.Containers.Adding.Digests;

namespace BuildSharp.Build;

/// <summary>The digests that are remembered of the files of each context of a build. May be used by several tasks.</summary>
/// <param name="directory">Directory of the remembered digests.</param>
/// <param name="now">Time when the build started.</param>
/// <param name="debug">Receives why nothing is remembered; null to report nothing.</param>
internal sealed class ContextDigests(string directory, DateTimeOffset now, IProgress<string>? debug)
{
    private readonly ConcurrentDictionary<string, Lazy<FileDigests?>> _opened = new();

    /// <summary>Those of a context; null when the next build cannot find its files unchanged.</summary>
    public FileDigests? Of(BuildContext context) => context.IsLasting
        ? _opened.GetOrAdd(context.Directory, path => new(() => FileDigests.TryOpen(directory, path, now, debug))).Value
        : null;

    /// <summary>Writes what the build has added.</summary>
    public void Save()
    {
        foreach (var opened in _opened.Values)
        {
            opened.Value?.Save();
        }
    }
}
