using BuildSharp.Containers.Adding;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Adds content: <c>copy</c>, <c>add</c>, COPY and ADD.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="cancellation">Stops it, within a file too. What was there already stays; the file that was being made goes.</param>
    /// <returns>Kind and digest, for output and history.</returns>
    /// <exception cref="BuildSharpException">A source is missing, the destination does not fit, or the disk refuses.</exception>
    public AddResult Add(AddRequest request, CancellationToken cancellation = default)
    {
        var mountPoint = Mount();
        try
        {
            using var root = DirectoryHandle.Open(mountPoint);
            using var call = new AddCall(request, root, Image.Config.WorkingDir, cancellation);
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
