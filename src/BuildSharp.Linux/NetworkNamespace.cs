using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Network namespaces (network_namespaces(7)).</summary>
public static class NetworkNamespace
{
    /// <summary>Creates a namespace with an enabled loopback device and nothing else. The kernel removes it, with all devices in it, when
    /// the file is closed and no process is in it any more.</summary>
    /// <exception cref="LinuxException">It is not permitted.</exception>
    public static SafeFileHandle Create() => SeparateThread.Run(() =>
    {
        ThreadNamespaces.Create(NamespaceKinds.Network);
        ThreadNamespaces.StartLoopback();
        return File.OpenHandle("/proc/thread-self/ns/net");
    });

    /// <summary>Runs code on a separate thread in the namespace, and waits for it.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="action">The code. It uses neither tasks nor threads, and reads <c>/proc/thread-self/net</c>.</param>
    /// <exception cref="LinuxException">Joining the namespace is not permitted.</exception>
    public static T Run<T>(SafeFileHandle space, Func<T> action) => SeparateThread.Run(() =>
    {
        ThreadNamespaces.Join($"/proc/self/fd/{FileDescriptor.Number(space)}", NamespaceKinds.Network);
        return action();
    });
}
