using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Changes namespaces of the calling thread (namespaces(7)). Programs that it starts inherit them; other threads keep theirs. Use
/// it only on a thread that ends with its work or becomes another program.</summary>
public static unsafe class ThreadNamespaces
{
    /// <summary>Moves the thread to new namespaces. A new mount namespace has copies of all mounts, and none is propagated in either
    /// direction.</summary>
    /// <exception cref="LinuxException">It is not permitted.</exception>
    public static void Create(NamespaceKinds kinds)
    {
        if (unshare((int)kinds) != 0)
        {
            throw LinuxException.Last("unshare", kinds.ToString());
        }

        if (kinds.HasFlag(NamespaceKinds.Mount))
        {
            Mount.Attach(null, "/", null, MountFlags.Private | MountFlags.Recursive);
        }
    }

    /// <summary>Moves the thread to the namespace of a file such as <c>/proc/1/ns/net</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind that it must have.</param>
    /// <exception cref="LinuxException">It is of another kind, or joining it is not permitted.</exception>
    public static void Join(string path, NamespaceKinds kind)
    {
        using var file = File.OpenHandle(path);
        if (setns(FileDescriptor.Number(file), (int)kind) != 0)
        {
            throw LinuxException.Last("setns", path);
        }
    }

    /// <summary>Enables the loopback device in the thread's network namespace.</summary>
    public static void StartLoopback()
    {
        using var socket = new SafeFileHandle(LibC.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ownsHandle: true);

        // struct ifreq: the name in 16 bytes, then the flags.
        var request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, 16));
        *(short*)(request + 16) = IFF_UP;
        if (socket.IsInvalid || ioctl(FileDescriptor.Number(socket), SIOCSIFFLAGS, request) != 0)
        {
            throw LinuxException.Last("ioctl", "lo");
        }
    }

    /// <summary>Sets the hostname of the thread's UTS namespace.</summary>
    public static void SetHostname(string name)
    {
        using var native = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            if (sethostname(p, System.Text.Encoding.UTF8.GetByteCount(name)) != 0)
            {
                throw LinuxException.Last("sethostname", name);
            }
        }
    }
}
