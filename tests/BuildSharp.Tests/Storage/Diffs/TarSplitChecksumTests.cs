using BuildSharp.Storage.Diffs;

namespace BuildSharp.Tests.Storage.Diffs;

public sealed class TarSplitChecksumTests
{
    [Fact]
    public void The_check_value_of_the_standard_comes_out()
    {
        var crc = TarSplitChecksum.Create();
        crc.Append("123456789"u8);
        Assert.Equal(0xb90956c775a41001, crc.GetCurrentHashAsUInt64());
    }
}
