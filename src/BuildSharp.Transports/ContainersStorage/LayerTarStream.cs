using BuildSharp.Storage;

namespace BuildSharp.Transports;

/// <summary>A layer's tar that gives back what the store holds for it when it is disposed.</summary>
internal sealed class LayerTarStream(LayerTar tar) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer) => tar.Content.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => tar.Content.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            tar.Dispose();
        base.Dispose(disposing);
    }
}
