using BuildSharp.Oci.Layers;

namespace BuildSharp.Tests.Layers;

public class ThreadedStreamTests
{
    private const int Buffers = 256 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Buffers - 1)]
    [InlineData(Buffers)]
    [InlineData((Buffers * 9) + 5)]
    public void The_bytes_of_the_inner_stream_come_in_order(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using var stream = new ThreadedStream(new MemoryStream(bytes), CancellationToken.None);
        using var read = new MemoryStream();
        stream.CopyTo(read, 7000);
        Assert.Equal(bytes, read.ToArray());
        Assert.Equal(0, stream.Read(new byte[1]));
    }

    [Fact]
    public void A_failure_of_the_inner_stream_reaches_the_reader()
    {
        using var stream = new ThreadedStream(new FailingStream(Buffers * 3), CancellationToken.None);
        var buffer = new byte[Buffers * 3];
        stream.ReadExactly(buffer);
        Assert.Equal("broken", Assert.Throws<IOException>(() => stream.Read(buffer)).Message);
    }

    [Fact]
    public void A_stream_that_is_not_read_to_its_end_can_be_disposed()
    {
        var inner = new FailingStream(long.MaxValue);
        var stream = new ThreadedStream(inner, CancellationToken.None);
        stream.ReadExactly(new byte[10]);
        stream.Dispose();
        Assert.True(inner.IsDisposed);
    }

    [Fact]
    public void A_cancelled_stream_throws()
    {
        using var cancel = new CancellationTokenSource();
        using var stream = new ThreadedStream(new FailingStream(long.MaxValue), cancel.Token);
        var buffer = new byte[Buffers];
        stream.ReadExactly(buffer);
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => stream.Read(buffer));
    }

    private sealed class FailingStream(long length) : ReadOnlyStream
    {
        private long _left = length;

        public bool IsDisposed { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, _left);
            _left -= count;
            return count > 0 ? count : throw new IOException("broken");
        }

        protected override void Dispose(bool disposing) => IsDisposed = true;
    }
}
