using BuildSharp.Build;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Commands.WorkingContainers;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Containers.Fetching;
using BuildSharp.Linux;
using BuildSharp.Storage;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Runs the ONBUILD instructions of a base image for <c>from</c>. COPY and ADD read from the working directory.</summary>
internal static class BaseTriggers
{
    private const int StandardError = 2;

    /// <summary>Runs the instructions. All their output goes to standard error, because standard output carries the container's
    /// name.</summary>
    /// <exception cref="BuildSharp.Oci.BuildSharpException">An instruction fails.</exception>
    public static async Task DoAsync(WorkingContainer container, BuildSettings settings, Store store, Invocation call)
    {
        if (container.Image.Config.OnBuild.Count == 0)
        {
            return;
        }

        var quiet = ProgressFlags.IsQuiet(call.Flags);
        using var error = new SafeFileHandle(StandardError, ownsHandle: false);
        var request = new BuildRequest
        {
            Dockerfiles = [],
            Debug = call.Debug,
            Context = new BuildContext(call.Surroundings.WorkingDirectory),
            Settings = settings,
            Run = RunEnvironment.Request(settings, call) with
            {
                Stdin = ChildStream.Null,
                Stdout = quiet ? ChildStream.Null : ChildStream.To(error),
                Terminal = false,
            },
        };
        using var fetcher = new Fetcher(FetchSettings.Options(call));
        using var jobs = new JobLimit(1);
        await new DockerfileBuilder(store, new BaseImages(store, call, PullPolicyFlags.Read(call.Flags)), call.Surroundings.Clock, fetcher, jobs)
            .DoTriggersAsync(container, request, new Printer(call, quiet), call.Interrupt.Token).ConfigureAwait(false);
    }

    private sealed class Printer(Invocation call, bool quiet) : IProgress<BuildEvent>
    {
        public void Report(BuildEvent value)
        {
            if (call.Surroundings.Json is { } json)
            {
                json.Report(value);
            }
            else if (value is BuildWarning warning)
            {
                call.Log.Warning(warning.Message);
            }
            else if (value is StepStarted step && !quiet)
            {
                call.Error.WriteLine($"STEP {step.Number}: {step.Text}");
            }
        }
    }
}
