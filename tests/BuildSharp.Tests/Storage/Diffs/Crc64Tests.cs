using BuildSharp.Storage.Diffs;

namespace BuildSharp.Tests.Storage.Diffs;

public sealed class Crc64Tests
{
    [Fact]
    public void The_check_value_of_the_standard_comes_out()
    {
        var crc = new Crc64();
        crc.Append("123456789"u8);
        Assert.Equal(0xb90956c775a41001, crc.Value);
    }

    [Fact]
    public void The_sum_does_not_depend_on_how_the_bytes_are_cut()
    {
        var bytes = new byte[10_007];
        new Random(1).NextBytes(bytes);
        var whole = new Crc64();
        whole.Append(bytes);
        foreach (var step in (int[])[1, 7, 15, 16, 17, 255, 256, 257, 300, 320, 1001, 4096])
        {
            var crc = new Crc64();
            for (var i = 0; i < bytes.Length; i += step)
            {
                crc.Append(bytes.AsSpan(i, Math.Min(step, bytes.Length - i)));
            }

            Assert.Equal(whole.Value, crc.Value);
        }
    }
}
