using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;
using BuildSharp.Running.Seccomp;
using BuildSharp.Running.Spec;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Running.Chroot;

/// <summary>Runs a runtime config without a runtime: this program, started once more, becomes the command (<see cref="ChrootStage"/>).</summary>
/// <param name="request">The streams and settings of the command.</param>
internal sealed class ChrootRuntime(RunRequest request)
{
    /// <summary>Refuses what needs a runtime.</summary>
    /// <exception cref="BuildSharpException">The request has a limit of a control group.</exception>
    public static void Check(RunRequest request)
    {
        if (request.HasGroupLimits)
        {
            throw new BuildSharpException(
                "limits for memory, processors and processes cannot be used with --isolation chroot, which makes no control group: use --isolation oci, or --ulimit");
        }
    }

    /// <summary>Runs the command and waits for its end.</summary>
    /// <param name="bundle">Where the parts of the run are.</param>
    /// <param name="spec">The config.</param>
    /// <param name="architecture">Our architecture, as in GOARCH.</param>
    /// <param name="mounts">Makes the mounts that only the command sees; null for none.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <returns>The status; 128 + n after signal n.</returns>
    /// <exception cref="OperationCanceledException">A signal or the token ended the command, and <see cref="RunRequest.SignalsCancel"/> is
    /// set.</exception>
    /// <exception cref="RunFailedException">The command could not be started.</exception>
    public async Task<int> RunAsync(Bundle bundle, RuntimeSpec spec, string architecture, Action? mounts, CancellationToken cancellation)
    {
        using var terminal = spec.Process.Terminal ? new ChrootTerminal(bundle, request) : null;
        var plan = new ChrootPlan(
            terminal?.Using(spec) ?? spec,
            spec.Seccomp is { } seccomp ? FilterCompiler.Compile(seccomp, architecture) : [],
            spec.Seccomp is { } section ? FilterCompiler.Flags(section) : 0,
            request.NoPivot);
        using var file = MemoryFile.Create(plan.Write());
        using var signals = new SignalForwarding(cancellation, keyboardReachesCommand: false);
        var (reading, writing) = Pipe.Open();
        ChildProcess process;
        using (writing)
        {
            process = Start(spec, mounts, terminal, [ChildStream.To(file), ChildStream.To(writing)]);
        }

        terminal?.Connect();

        string report;
        using (reading)
        {
            report = Read(reading);
        }

        var status = await signals.WatchAsync(process, request.IsAlone, () => Task.FromResult(process.Signal(Signals.Kill))).ConfigureAwait(false);
        if (!spec.Namespaces.Any(space => space is { Type: "pid", Path: null }))
        {
            // Only the end of a process namespace of its own ends what the command has left running.
            ProcessSearch.EndUsersOfMount(bundle.Id);
        }

        terminal?.End();
        request.Debug?.Report($"the command ended with status {status}");
        return (signals.Asked, report.Length) switch
        {
            (not null, _) when request.SignalsCancel => throw new OperationCanceledException(cancellation),
            ({ } signal, _) when signals.HasKilled => 128 + signal,
            (_, > 0) => throw new RunFailedException(
                $"while running with isolation chroot: {report}", report.StartsWith(ChrootStage.NotExecuted, StringComparison.Ordinal)),
            _ => status,
        };
    }

    private ChildProcess Start(RuntimeSpec spec, Action? mounts, ChrootTerminal? terminal, IReadOnlyList<ChildStream> plan)
    {
        var program = Environment.ProcessPath!;
        request.Debug?.Report($"starting the command with isolation chroot in {spec.RootPath}");
        return ChildProcess.Start(program, [ChrootStage.Word], [], () =>
        {
            ThreadNamespaces.Create(NamespaceKinds.Mount); // the stage's, too
            mounts?.Invoke();

            // A command that executes /proc/self/exe gets this program, and could write to it if it were not mounted read-only
            // (CVE-2019-5736).
            Mount.Bind(program, program);
            Mount.Attach(null, program, null, MountFlags.Bind | MountFlags.Remount | MountFlags.ReadOnly);
            var opened = terminal?.Open(spec);
            ChrootNamespaces.EnterProcessIds(spec);
            return [opened ?? request.Stdin, opened ?? request.Stdout, opened ?? request.Stderr, .. plan];
        });
    }

    private static string Read(SafeFileHandle reading)
    {
        var text = new MemoryStream();
        Span<byte> buffer = stackalloc byte[1024];
        for (int got; (got = FileDescriptor.Read(reading, buffer)) > 0;)
        {
            text.Write(buffer[..got]);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
