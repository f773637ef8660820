using Xunit;

namespace BuildSharp.Testing;

/// <summary>Waits for a moment in the work of another process, which says nothing when it gets there.</summary>
public static class Moment
{
    /// <summary>Looks until the condition holds, for a minute.</summary>
    /// <param name="reached">The condition.</param>
    /// <param name="otherwise">Message of the failure.</param>
    public static async Task Until(Func<bool> reached, string otherwise)
    {
        for (var end = Environment.TickCount64 + 60_000; !reached(); await Task.Delay(5))
        {
            Assert.True(Environment.TickCount64 < end, otherwise);
        }
    }
}
