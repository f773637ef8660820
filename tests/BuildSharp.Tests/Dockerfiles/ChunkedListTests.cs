using BuildSharp.Dockerfiles;

namespace BuildSharp.Tests.Dockerfiles;

public class ChunkedListTests
{
    [Fact]
    public void A_list_of_any_length_has_what_was_added()
    {
        const int Many = 500_000;
        var list = new ChunkedList<int>();
        for (var i = 0; i < Many; i++)
        {
            list.Add(-i);
        }

        list[Many - 1] = 7;
        list[8184] = 8;
        Assert.Equal(Many, list.Count);
        Assert.Equal([0, -7, -8, -8183, 8, -8185, 7], new[] { 0, 7, 8, 8183, 8184, 8185, Many - 1 }.Select(index => list[index]));
        Assert.DoesNotContain(Enumerable.Range(0, Many - 1), index => list[index] != (index == 8184 ? 8 : -index));
    }
}
