using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Running.Runtimes;

/// <summary>Calls runc, or a runtime with the same command line.</summary>
/// <param name="program">Absolute path of the runtime.</param>
/// <param name="stateRoot">State directory of the runtime; separate from other tools', so that only our containers are affected.</param>
/// <param name="request">Runtime flags and the streams of the command.</param>
internal sealed class RuncRuntime(string program, string stateRoot, RunRequest request)
{
    /// <summary>Runs a bundle with one runtime process, which creates, starts, waits and deletes. The command inherits its streams, and it
    /// exits with the command's status.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="terminal">Whether the command gets a terminal.</param>
    /// <param name="mounts">Makes the mounts that only the runtime sees; null for none.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <returns>The status; 128 + n after signal n.</returns>
    /// <exception cref="OperationCanceledException">A signal or the token ended the command, and <see cref="RunRequest.SignalsCancel"/> is
    /// set.</exception>
    /// <exception cref="RunFailedException">The runtime failed; it has also written the reason to standard error.</exception>
    public async Task<int> RunAsync(Bundle bundle, bool terminal, Action? mounts, CancellationToken cancellation)
    {
        List<string> arguments = ["run", "--bundle", bundle.Path, "--pid-file", bundle.PidFile];
        if (request.NoPivot)
        {
            arguments.Add("--no-pivot");
        }

        arguments.Add(bundle.Id);
        int status;
        int? killedBy;
        int? asked;
        bool hasKilled;
        string? error;
        using (var substitute = terminal && !HasTerminal() ? PseudoTerminal.OpenRaw() : null)
        using (var signals = new SignalForwarding(cancellation, keyboardReachesCommand: (terminal && substitute is null) || Terminal.IsTerminal(0)))
        {
            substitute?.Type(request.Stdin.Opened(0));
            var input = substitute is null ? request.Stdin : ChildStream.To(substitute.ProgramEnd);
            bundle.WriteRuntime(program, request.RuntimeFlags);
            var process = Start(bundle.LogFile, arguments, input, request.Stdout, request.Stderr, mounts);
            status = await signals.WatchAsync(process, request.IsAlone, () => KillAsync(bundle, process)).ConfigureAwait(false);
            request.Debug?.Report($"{program} ended with status {status}");
            killedBy = process.KilledBy;
            error = status == 0 ? null : await ReadErrorAsync(bundle).ConfigureAwait(false);
            if (killedBy is not null || (error is not null && !RuntimeLog.IsCommandNotStarted(error)))
            {
                await signals.ListenOnAsync().ConfigureAwait(false);
            }

            asked = signals.Asked;
            hasKilled = signals.HasKilled;
        }

        var name = Path.GetFileName(program);
        return (asked, error, killedBy) switch
        {
            (not null, _, _) when request.SignalsCancel => throw new OperationCanceledException(cancellation),
            // A status of 137 would say that something else has killed the command, such as the kernel for want of memory.
            ({ } signal, _, _) when hasKilled => 128 + signal,
            ({ } signal, not null, _) => 128 + signal,
            (null, { } reason, _) => throw new RunFailedException($"while running runtime: {name}: {reason}", RuntimeLog.IsCommandNotStarted(reason)),
            (null, null, { } signal) => throw new RunFailedException($"while running runtime: {name} itself was ended by signal {signal}", commandNotStarted: false),
            _ => status,
        };
    }

    private static async Task<string?> ReadErrorAsync(Bundle bundle) => File.Exists(bundle.LogFile)
        ? RuntimeLog.FindError(await File.ReadAllTextAsync(bundle.LogFile, CancellationToken.None).ConfigureAwait(false))
        : null;

    /// <summary>Kills the processes of a container and deletes the runtime's record. Does nothing for an unknown container.</summary>
    public async Task DeleteAsync(string id) =>
        await Start(null, ["delete", "--force", id], ChildStream.Null, ChildStream.Null, ChildStream.Null).Ended.ConfigureAwait(false);

    // For a container with a terminal, runc requires that one of its own streams is a terminal.
    private bool HasTerminal() => request.Stdin.IsTerminal(0) || request.Stdout.IsTerminal(1) || request.Stderr.IsTerminal(2);

    // The command is process 1 of its namespace and ignores signals without a handler, so only SIGKILL is certain. Do not kill the runtime:
    // it collects the status and deletes the container.
    private async Task KillAsync(Bundle bundle, ChildProcess runtime)
    {
        var deadline = Task.Delay(TimeSpan.FromSeconds(5));
        while (!runtime.Ended.IsCompleted && !deadline.IsCompleted)
        {
            if (bundle.ReadPid() is { } init)
            {
                Signals.Send(init, Signals.Kill);
                await Task.WhenAny(runtime.Ended, deadline).ConfigureAwait(false);
            }
            else
            {
                // The container is still being created, which runc cannot be asked to stop.
                await Task.WhenAny(runtime.Ended, Task.Delay(10)).ConfigureAwait(false);
            }
        }

        if (!runtime.Ended.IsCompleted)
        {
            await DeleteAsync(bundle.Id).ConfigureAwait(false);
            runtime.Signal(Signals.Kill);
        }
    }

    private ChildProcess Start(
        string? log, List<string> arguments, ChildStream input, ChildStream output, ChildStream error, Action? mounts = null)
    {
        List<string> all = ["--root", stateRoot];
        if (log is not null)
        {
            all.AddRange(["--log", log, "--log-format", "json"]);
        }

        all.AddRange(request.RuntimeFlags.Select(flag => "--" + flag));
        all.AddRange(arguments);
        request.Debug?.Report($"running {CommandText.Of([program, .. all])}");

        // Do not pass on our environment: with NOTIFY_SOCKET or LISTEN_FDS runc would act for a service manager.
        return ChildProcess.Start(program, all, ["PATH=" + request.SearchPath], input, output, error, mounts);
    }
}
