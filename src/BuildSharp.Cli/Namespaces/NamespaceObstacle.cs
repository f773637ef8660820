using BuildSharp.Cli.Commands;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Namespaces;

/// <summary>What on a machine keeps a user from making a user namespace, and the command that mends it (user_namespaces(7)).</summary>
internal static class NamespaceObstacle
{
    /// <summary>The error for a refused namespace.</summary>
    public static BuildSharpException Explain(LinuxException error, Invocation call) => new(Explain(error.Call, error.Errno, ReadSetting, call.TypedVerb), error);

    /// <summary>Refuses a namespace without rights, as Ubuntu makes them with AppArmor.</summary>
    public static void RequireRights(int process, Invocation call)
    {
        // Since 23.10 (apparmor_restrict_unprivileged_userns): the namespace is made, and its processes get a profile without capabilities.
        if (ReadSetting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1"
            && ReadSetting($"/proc/{process}/attr/current").StartsWith("unprivileged_userns", StringComparison.Ordinal))
        {
            throw new BuildSharpException($"{Needs(call.TypedVerb)}, and AppArmor takes its rights away; "
                + "\"sysctl -w kernel.apparmor_restrict_unprivileged_userns=0\", run by root, allows it");
        }
    }

    /// <summary>The message.</summary>
    /// <param name="systemCall">The call that failed.</param>
    /// <param name="errno">Its error number.</param>
    /// <param name="read">Content of a file of /proc, empty when it is missing.</param>
    /// <param name="verb">The verb as typed.</param>
    internal static string Explain(string systemCall, int errno, Func<string, string> read, string verb)
    {
        var needs = Needs(verb);
        if (errno == Errno.ENOSPC)
        {
            return read("/proc/sys/user/max_user_namespaces") == "0"
                ? $"{needs}, and this machine allows none; \"sysctl -w user.max_user_namespaces=15000\", run by root, allows them"
                : $"{needs}, and the limit for them is reached (user.max_user_namespaces, or 32 in each other)";
        }

        if (errno is Errno.EPERM or Errno.EACCES)
        {
            if (read("/proc/sys/kernel/unprivileged_userns_clone") == "0")
            {
                return $"{needs}, which this machine allows to root only; \"sysctl -w kernel.unprivileged_userns_clone=1\", run by root, allows it";
            }

            return read("/proc/self/status").Split('\n').Contains("Seccomp:\t2")
                ? $"{needs}, which the seccomp profile of this container forbids; start the container with --security-opt seccomp=unconfined, or run {verb} as its root"
                : $"{needs}, which the kernel does not allow here: {LinuxException.Describe(errno)}; run it as root, and not below chroot";
        }

        return errno == Errno.EINVAL
            ? $"{needs}, which this kernel does not have (CONFIG_USER_NS); run it as root"
            : $"{needs}: {systemCall}: {LinuxException.Describe(errno)}";
    }

    private static string Needs(string verb) => $"{verb} of an ordinary user needs a user namespace";

    private static string ReadSetting(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\n', '\0');
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
