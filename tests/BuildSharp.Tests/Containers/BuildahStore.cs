using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers;

/// <summary>A store in a temporary directory that Debian's buildah works on, in both directions with us.</summary>
public sealed class BuildahStore : IDisposable
{
    public BuildahStore() => Directory = new TemporaryDirectory();

    public TemporaryDirectory Directory { get; }

    public string GraphRoot => Directory["root"];

    public string RunRoot => Directory["run"];

    public Tool Buildah => Tool.Named("buildah").WithLeading("--root", GraphRoot, "--runroot", RunRoot, "--storage-driver", "overlay");

    public Task<string> BuildahAsync(params string[] arguments) => Buildah.ReadAsync(arguments);

    public void Dispose() => Directory.Dispose();
}
