namespace BuildSharp.Cli.Output.Progress;

/// <summary>Repeats an action on a thread of its own, from the first <see cref="Start"/> on. The thread pool is no place for it: its threads
/// may all be busy with the very work whose progress is shown.</summary>
internal sealed class Ticker(TimeSpan interval, Action action) : IDisposable
{
    private readonly ManualResetEvent _end = new(false);
    private Thread? _thread;

    /// <summary>Starts the thread unless it runs. Not to be called by two threads at once.</summary>
    public void Start()
    {
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "progress" };
            _thread.Start();
        }
    }

    /// <summary>Waits for the end of the action, if it runs, and ends the thread.</summary>
    public void Dispose()
    {
        _end.Set();
        _thread?.Join();
        _end.Dispose();
    }

    private void Run()
    {
        while (!_end.WaitOne(interval))
        {
            action();
        }
    }
}
