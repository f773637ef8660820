using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Linux;

/// <summary>The program of the child is that of this process, dotnet, which ends at once when it is asked for its version.</summary>
public sealed class NamespaceChildTests
{
    private static readonly string[] Version = [Environment.ProcessPath!, "--version"];

    [RequiresFact(Needs.Root)]
    public void A_child_starts_as_soon_as_its_ids_are_mapped() => OnOneThread(() =>
    {
        using var child = NamespaceChild.Start(Version, ["HOME=/tmp"]);
        foreach (var kind in new[] { "user", "mnt" })
        {
            Assert.NotEqual(Link($"/proc/self/ns/{kind}"), Link($"/proc/{child.Id}/ns/{kind}"));
        }

        child.MapOwnUser(0);
        child.MapOwnGroup(0);
        Assert.Equal(["0", "0", "1"], File.ReadAllText($"/proc/{child.Id}/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, Status(child.Release()));
    });

    [RequiresFact(Needs.Root)]
    public void Children_start_while_the_garbage_collector_works()
    {
        using var stop = new CancellationTokenSource();
        var threads = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (var kept = new List<byte[]>(); !stop.IsCancellationRequested; kept.Add(new byte[10_000]))
            {
                if (kept.Count == 1000)
                {
                    kept.Clear();
                    GC.Collect();
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        try
        {
            var collections = GC.CollectionCount(2);
            OnOneThread(() =>
            {
                for (var n = 0; n < 20; n++)
                {
                    using var child = NamespaceChild.Start(Version, ["HOME=/tmp"]);
                    child.MapOwnUser(0);
                    child.MapOwnGroup(0);
                    Assert.Equal(0, Status(child.Release()));
                }
            });
            Assert.True(GC.CollectionCount(2) > collections);
        }
        finally
        {
            stop.Cancel();
            threads.ForEach(thread => thread.Join());
        }
    }

    // A child ends with the thread that started it.
    private static void OnOneThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static int Status(ChildProcess child) =>
        child.Ended.Wait(TimeSpan.FromMinutes(1)) ? child.Ended.Result : throw new TimeoutException("the child hangs");

    private static string Link(string path) => File.ResolveLinkTarget(path, returnFinalTarget: false)!.Name;
}
