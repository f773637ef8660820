using BuildSharp.Containers.Adding;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Hashes what <see cref="Add"/> would add, without mounting the container.</summary>
    /// <param name="request">Sources, destination and options.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>Kind and digest; null when they depend on files of the container.</returns>
    /// <exception cref="BuildSharpException">A source is missing or cannot be read.</exception>
    public AddResult? TryHash(AddRequest request, CancellationToken cancellation = default)
    {
        try
        {
            using var call = new AddCall(request with { DryRun = true }, container: null, Image.Config.WorkingDir, cancellation, _store.Options.Progress);
            return call.TryHash();
        }
        catch (LinuxException e)
        {
            throw new BuildSharpException($"copying to {request.Destination}: {e.Message}", e);
        }
    }

    /// <summary>Adds files: <c>copy</c>, <c>add</c>, COPY and ADD.</summary>
    /// <param name="request">Sources, destination and options.</param>
    /// <param name="cancellation">Stops the copy, also within a file. Complete items stay; the unfinished one is removed.</param>
    /// <returns>Kind and digest, for output and history.</returns>
    /// <exception cref="BuildSharpException">A source is missing, the destination is invalid, or a file cannot be written.</exception>
    public AddResult Add(AddRequest request, CancellationToken cancellation = default)
    {
        var mountPoint = Mount();
        try
        {
            using var root = DirectoryHandle.Open(mountPoint);
            using var call = new AddCall(request, root, Image.Config.WorkingDir, cancellation, _store.Options.Progress);
            return call.Run();
        }
        catch (LinuxException e)
        {
            throw new BuildSharpException($"copying to {request.Destination}: {e.Message}", e);
        }
        finally
        {
            Unmount();
        }
    }
}
