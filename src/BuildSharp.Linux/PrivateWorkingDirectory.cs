namespace BuildSharp.Linux;

/// <summary>Runs code with another working directory, without changing that of the process.</summary>
public static class PrivateWorkingDirectory
{
    /// <summary>Runs the action on a separate thread with its own working directory, and waits for it.</summary>
    /// <exception cref="LinuxException">The directory cannot be entered.</exception>
    public static void Run(string directory, Action action) => SeparateThread.Run(() =>
    {
        Enter(directory);
        action();
        return true;
    });

    private static unsafe void Enter(string directory)
    {
        if (unshare(CLONE_FS) != 0)
        {
            throw LinuxException.Last("unshare");
        }

        using var native = new NativePath(directory, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            if (chdir(p) != 0)
            {
                throw LinuxException.Last("chdir", directory);
            }
        }
    }
}
