using BuildSharp.Build;

namespace BuildSharp.Tests.Build;

/// <summary>Works that run at the same time, and the limit on them.</summary>
public class SideBySideTests
{
    [Fact]
    public async Task Results_have_the_order_of_the_works()
    {
        var first = new TaskCompletionSource<int>();
        var results = await SideBySide.RunAsync<int>([_ => first.Task, _ => { first.SetResult(1); return Task.FromResult(2); }], default);
        Assert.Equal([1, 2], results);
    }

    [Fact]
    public async Task The_first_failure_cancels_the_others_and_is_the_one_that_is_told()
    {
        var started = new TaskCompletionSource();
        var cleanedUp = false;
        async Task<int> Slow(CancellationToken cancellation)
        {
            started.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                cleanedUp = true;
            }

            return 0;
        }

        async Task<int> Broken(CancellationToken cancellation)
        {
            await started.Task;
            throw new InvalidOperationException("broken");
        }

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => SideBySide.RunAsync<int>([Slow, Broken], default));
        Assert.Equal(("broken", true), (error.Message, cleanedUp));
    }

    [Fact]
    public async Task A_stage_that_waits_for_another_gives_its_place_to_it()
    {
        using var jobs = new JobLimit(1);
        using var waiting = jobs.NewSlot();
        await waiting.TakeAsync(default);
        async Task<int> OtherAsync()
        {
            using var slot = jobs.NewSlot();
            await slot.TakeAsync(default);
            await Task.Yield();
            return 5;
        }

        Assert.Equal(5, await waiting.WaitAsync(OtherAsync(), default));
        using var third = jobs.NewSlot();
        var blocked = third.TakeAsync(default).AsTask();
        Assert.False(blocked.IsCompleted);
        waiting.Dispose();
        await blocked;
    }

    [Fact]
    public async Task A_result_is_made_once_however_many_ask()
    {
        var made = 0;
        var results = new SharedResults<string, int>(async (_, _) =>
        {
            await Task.Yield();
            return Interlocked.Increment(ref made);
        });
        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => results.GetAsync("key", default))));
        Assert.Equal(1, Assert.Single(all.Distinct()));
        Assert.Equal(2, await results.GetAsync("other", default));
    }
}
