using BuildSharp.Linux;

namespace BuildSharp.Tests.Linux;

public class RandomBytesTests
{
    [Fact]
    public void Every_byte_is_filled_and_no_two_ids_are_the_same()
    {
        var bytes = new byte[4096];
        RandomBytes.Fill(bytes);
        Assert.All(bytes.Chunk(32), chunk => Assert.Contains(chunk, value => value != 0));
        var ids = Enumerable.Range(0, 100).Select(_ => RandomBytes.Hex(64)).ToList();
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{64}$", id));
        Assert.Distinct(ids);
    }
}
