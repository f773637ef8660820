using System.Runtime.ExceptionServices;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Layers;

/// <summary>The reading end of a pipe whose writer runs on another thread. If the writer failed, reading throws its exception at the end,
/// so that a truncated stream is not taken for a complete one.</summary>
internal sealed class ProducedStream(Stream input, Task writing) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer)
    {
        var read = input.Read(buffer);
        if (read == 0 && buffer.Length > 0)
        {
            try
            {
                writing.Wait();
            }
            catch (AggregateException e)
            {
                ExceptionDispatchInfo.Throw(e.InnerException!);
            }
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
