using System.Runtime.ExceptionServices;

namespace BuildSharp.Linux;

/// <summary>Runs code on a thread of its own, after a change that the kernel makes for the calling thread only. The thread ends with the
/// code, so that no other work meets the change.</summary>
internal static class SeparateThread
{
    /// <summary>Runs the code, waits for it, and returns its result or throws its exception.</summary>
    /// <param name="action">The code. A thread that it starts would inherit the change, so it uses neither tasks nor threads.</param>
    public static T Run<T>(Func<T> action)
    {
        ExceptionDispatchInfo? failure = null;
        T result = default!;
        var thread = new Thread(() =>
        {
            try
            {
                result = action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
