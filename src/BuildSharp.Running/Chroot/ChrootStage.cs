using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Running.Chroot;

/// <summary>The first stage of a run with isolation <c>chroot</c>: this program, started once more, makes the mounts, gives up privileges
/// and becomes the command.</summary>
/// <remarks>All of it happens on one thread, because the kernel keeps namespaces, root, credentials and filters by thread, and the command
/// inherits those of the thread that calls execve.</remarks>
public static class ChrootStage
{
    /// <summary>First argument of this program that starts the stage.</summary>
    public const string Word = "chroot-stage";

    internal const int PlanDescriptor = 3;
    internal const int ReportDescriptor = 4;

    /// <summary>Begins the report of a program that could not be executed.</summary>
    internal const string NotExecuted = "exec: ";

    /// <summary>Whether this process is the stage: its parent gives it the plan, a file in memory.</summary>
    public static bool IsMeant(IReadOnlyList<string> arguments) => arguments is [Word] && MemoryFile.IsOpenAs(PlanDescriptor);

    /// <summary>Becomes the command.</summary>
    /// <returns>The exit status of a failure, which has been reported to the parent.</returns>
    public static int Run()
    {
        using var report = new SafeFileHandle(ReportDescriptor, ownsHandle: true);
        try
        {
            CoreDump.Disable();
            using var file = new SafeFileHandle(PlanDescriptor, ownsHandle: true);
            var plan = ChrootPlan.Read(MemoryFile.Read(file));
            Become(plan, report);
        }
        catch (Exception error) when (error is LinuxException or BuildSharpException or IOException)
        {
            FileDescriptor.Write(report, Encoding.UTF8.GetBytes(error.Message));
        }

        return 125;
    }

    private static void Become(ChrootPlan plan, SafeFileHandle report)
    {
        var (spec, process) = (plan.Spec, plan.Spec.Process);
        ChrootNamespaces.Enter(spec);
        ChrootMounts.Make(spec);
        ChrootNamespaces.Configure(spec);
        if (process.ApparmorProfile is { } profile)
        {
            File.WriteAllText("/proc/self/attr/exec", "exec " + profile);
        }

        ThreadPrivileges.LeaveSessionKeyring();
        ProgramChange.StartSession();
        if (process.Terminal)
        {
            ProgramChange.TakeTerminal();
        }

        GiveStreams(process.User.Uid);
        var bounding = CapabilitySet.Of(process.Capabilities.Bounding);
        var permitted = CapabilitySet.Of(process.Capabilities.Permitted);
        uint[] groups = [.. process.User.AdditionalGids];
        // A user without a range of ids may not change the groups (user_namespaces(7)).
        var mayChangeGroups = !File.ReadAllText("/proc/self/setgroups").StartsWith("deny", StringComparison.Ordinal);
        if (plan.NoPivot)
        {
            RootChange.MoveOver(spec.RootPath);
        }
        else
        {
            RootChange.Pivot(spec.RootPath);
        }

        RootChange.EnterDirectory(process.Cwd);
        foreach (var limit in process.Rlimits)
        {
            ProgramChange.SetLimit(limit.Type["RLIMIT_".Length..].ToLowerInvariant(), limit.Soft, limit.Hard);
        }

        if (mayChangeGroups)
        {
            ThreadPrivileges.SetGroups(groups);
        }

        ThreadPrivileges.SetGroup(process.User.Gid);
        if (!process.NoNewPrivileges && plan.Filter.Length > 0)
        {
            ThreadPrivileges.Filter(plan.Filter, plan.FilterFlags);
        }

        ThreadPrivileges.LimitCapabilities(bounding.Bits);
        ThreadPrivileges.SetUser(process.User.Uid);
        ThreadPrivileges.SetCapabilities(permitted.Bits, permitted.Bits);
        if (process.NoNewPrivileges)
        {
            ThreadPrivileges.ForbidNew();
            if (plan.Filter.Length > 0)
            {
                ThreadPrivileges.Filter(plan.Filter, plan.FilterFlags);
            }
        }

        if (!ProgramChange.DieWithParent(report))
        {
            return;
        }

        var program = process.Args[0];
        var errno = ProgramChange.Become(program, process.Args, process.Env);
        FileDescriptor.Write(report, Encoding.UTF8.GetBytes($"{NotExecuted}\"{program}\": {Reason(program, errno)}"));
    }

    // The command may open its streams again by name, such as /dev/stderr, which a user other than root could not. Files are the caller's and
    // stay so.
    private static void GiveStreams(uint uid)
    {
        for (var number = 0; number <= 2; number++)
        {
            using var stream = new SafeFileHandle(number, ownsHandle: false);
            try
            {
                var status = FileDescriptor.Stat(stream);
                var isNull = (status.DeviceMajor, status.DeviceMinor) == (1, 3);
                if (status.Uid != uid && !isNull && status.Type is FileType.Fifo or FileType.CharacterDevice)
                {
                    FileDescriptor.SetOwner(stream, uid, status.Gid);
                }
            }
            catch (LinuxException error) when (error.Errno is Errno.EBADF or Errno.EPERM or Errno.EINVAL or Errno.EROFS)
            {
                // A closed stream, or one of an owner outside of our user namespace.
            }
        }
    }

    private static string Reason(string program, int errno) =>
        errno == Errno.ENOENT && !program.Contains('/') ? "executable file not found in $PATH" : LinuxException.Describe(errno);
}
