using BuildSharp.Oci.Layers;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Tests.Registry.Connections;

/// <summary>How long a command waits for a server that has begun to answer.</summary>
public class PatientStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_is_given_up()
    {
        // Each byte comes in time; only all of them together are too few.
        using var content = new PatientStream(new SlowStream(count: 100, Patience / 10), Patience);
        var given = await Assert.ThrowsAsync<TimeoutException>(() => content.CopyToAsync(Stream.Null));
        Assert.Equal("less than 64 bytes came for 0.1 seconds", given.Message);
    }

    [Fact]
    public async Task A_server_that_sends_nothing_is_given_up()
    {
        using var content = new PatientStream(new SlowStream(count: 1, Timeout.InfiniteTimeSpan), Patience);
        Assert.Equal("nothing came for 0.1 seconds", (await Assert.ThrowsAsync<TimeoutException>(() => content.CopyToAsync(Stream.Null))).Message);
    }

    /// <summary>Gives one byte after each pause.</summary>
    private sealed class SlowStream(int count, TimeSpan pause) : ReadOnlyStream
    {
        private int _left = count;

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left-- == 0)
            {
                return 0;
            }

            await Task.Delay(pause, cancellationToken);
            return 1;
        }
    }
}
