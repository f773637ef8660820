using System.Globalization;
using System.Text;
using BuildSharp.Build;
using BuildSharp.Build.Contexts;
using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.WorkingContainers;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Turns a <c>build</c> command line into a <see cref="BuildRequest"/>: files, build arguments and the environment.</summary>
internal static class BuildInput
{
    private const string TargetPlatform = "TARGETPLATFORM";

    /// <summary>Same for the tries of one build: the place, the files and the target as typed, hashed because an address may have a
    /// password.</summary>
    private static string Identity(Invocation call) => Digest.Sha256(Encoding.UTF8.GetBytes(string.Join(
        '\0', [call.Surroundings.WorkingDirectory, call.Flags.NonEmptyText("target") ?? "", .. call.Flags.All("file"), "", .. call.Positionals]))).ToString();

    /// <summary>The request, without image names and platform.</summary>
    /// <exception cref="BuildSharpException">A file is missing or a value cannot be read.</exception>
    public static async Task<BuildRequest> ReadAsync(Invocation call, Fetcher fetcher, CancellationToken cancellation)
    {
        var flags = call.Flags;
        var contexts = NamedContexts(call);
        var files = await Containerfiles.FindAsync(call, fetcher, cancellation).ConfigureAwait(false);
        var settings = RunEnvironment.Settings(call);
        var arguments = GivenArguments(call);
        var timestamp = Moments.OfFlag(flags, "timestamp");
        var epoch = Moments.OfFlag(flags, "source-date-epoch") ?? EpochOf(arguments);
        if (timestamp is not null && epoch is not null)
        {
            throw new BuildSharpException("timestamp and source-date-epoch would be ambiguous if allowed together: give --timestamp, or --source-date-epoch or SOURCE_DATE_EPOCH");
        }

        // ARG SOURCE_DATE_EPOCH sees the time even when --source-date-epoch set it.
        if (epoch is { } known)
        {
            arguments.TryAdd(BuildArguments.SourceDateEpoch, known.UnixSeconds.ToString(CultureInfo.InvariantCulture));
        }

        return new BuildRequest
        {
            Dockerfiles = files.Sources,
            Identity = Identity(call),
            Debug = call.Debug,
            Context = files.Context,
            NamedContexts = contexts,
            Arguments = new BuildArguments { Given = arguments, InheritedProxies = InheritedProxies(call) },
            Target = flags.NonEmptyText("target"),
            From = flags.NonEmptyText("from"),
            Labels = [.. KeyValues.Pairs(flags.All("label"))],
            Env = [.. KeyValues.Pairs(CallerVariables.Resolve(flags.All("env"), call.Surroundings.Environment))],
            UnsetEnv = flags.All("unsetenv"),
            UnsetLabels = flags.All("unsetlabel"),
            Annotations = [.. KeyValues.Pairs(flags.All("annotation"))],
            UnsetAnnotations = flags.All("unsetannotation"),
            InheritAnnotations = flags.Bool("inherit-annotations"),
            CreatedAnnotation = flags.Bool("created-annotation"),
            InheritLabels = flags.Bool("inherit-labels"),
            LayerLabels = [.. KeyValues.Pairs(flags.All("layer-label"))],
            Format = ImageFormat.MediaTypeOf(flags.Text("format")!),
            OsVersion = flags.Text("os-version"),
            OsFeatures = flags.All("os-feature"),
            Layers = flags.Bool("layers"),
            NoCache = flags.Bool("no-cache") || BuildFlags.CacheTtl(flags) == TimeSpan.Zero,
            NoCacheFilter = flags.All("no-cache-filter"),
            CacheTtl = BuildFlags.CacheTtl(flags),
            KeepContainers = !flags.Bool("rm") && !flags.Bool("force-rm"),
            KeepsFailedContainer = flags.NonEmptyText("on-error") is { } action ? action == "keep" : flags.Bool("layers") && !flags.Bool("force-rm"),
            FailureShell = FailureShell(call, settings),
            CompatVolumes = flags.Bool("compat-volumes"),
            SaveStages = flags.Bool("save-stages"),
            StageLabels = flags.Bool("stage-labels"),
            Squash = flags.Bool("squash"),
            OmitHistory = flags.Bool("omit-history"),
            Timestamp = timestamp,
            SourceDateEpoch = epoch,
            RewriteTimestamp = flags.Bool("rewrite-timestamp"),
            IdentityLabel = flags.IsSet("identity-label") ? flags.Bool("identity-label") : null,
            SkipUnusedStages = flags.Bool("skip-unused-stages"),
            Settings = settings,
            Entitlements = RunEnvironment.Reading(() => Entitlements.Parse(flags.All("allow"))),
            Mounts = RunEnvironment.Reading<IReadOnlyList<MountOptions>>(() => [.. flags.All("mount").Select(RunEnvironment.MountOf)]),
            Secrets = BuildSecrets.Read(flags.All("secret"), call.Surroundings.Environment, call.Surroundings.WorkingDirectory),
            Agents = BuildAgents.Read(flags.All("ssh"), call.Surroundings.Environment, call.Surroundings.WorkingDirectory),
            Run = PrintingTo(call, RunEnvironment.Request(settings, call)) with
            {
                // Stages that run in parallel would compete for standard input.
                Stdin = flags.Bool("stdin") && BuildFlags.Jobs(flags) == 1 ? ChildStream.Inherit : ChildStream.Null,
                Terminal = false,
                // A fixed timestamp asks for reproducible files; the container's own name would differ in each build.
                Hostname = timestamp is null && epoch is null ? null : "sandbox",
                Runtime = flags.NonEmptyText("runtime") ?? call.Surroundings.Configuration.Runtime,
                RuntimeFlags = flags.All("runtime-flag"),
                HookDirectories = flags.All("hooks-dir") is { Count: > 0 } directories ? directories : null,
                NoHosts = flags.Bool("no-hosts"),
                NoHostname = flags.Bool("no-hostname"),
            },
        };
    }

    /// <summary>The request for a plan that is shown or checked but not built.</summary>
    /// <exception cref="BuildSharpException">A value cannot be read.</exception>
    public static BuildRequest ForPlan(IReadOnlyList<SourceText> sources, Invocation call)
    {
        var request = new BuildRequest
        {
            Dockerfiles = sources,
            Context = new BuildContext(call.Surroundings.WorkingDirectory),
            Arguments = new BuildArguments { Given = GivenArguments(call) },
            Target = call.Flags.NonEmptyText("target"),
        };
        return (PlatformFlags.First(call.Flags, call.Log.Warning) ?? PlatformIn(request.Arguments.Given)) is { } platform ? For(platform, request) : request;
    }

    /// <summary>Platforms to build for: those of the flags, else that of the build argument <c>TARGETPLATFORM</c>; empty when neither is
    /// given.</summary>
    /// <exception cref="BuildSharpException">A value is not a platform.</exception>
    public static IReadOnlyList<Platform> Platforms(Invocation call, BuildRequest request) =>
        PlatformFlags.AreSet(call.Flags) ? PlatformFlags.Wanted(call.Flags)
        : PlatformIn(request.Arguments.Given) is { } platform ? [platform]
        : [];

    /// <summary>The run settings with output directed to the streams of the command line, or standard output to null with
    /// <c>--quiet</c>.</summary>
    public static RunRequest PrintingTo(Invocation call, RunRequest run) => run with
    {
        Stdout = BuildFlags.IsQuiet(call.Flags) ? ChildStream.Null : call.Surroundings.CommandOutput,
        Stderr = call.Surroundings.CommandError,
    };

    /// <summary>The shell of <c>--on-error=shell</c>; null without the flag.</summary>
    /// <exception cref="BuildSharpException">There is no terminal for it.</exception>
    private static RunRequest? FailureShell(Invocation call, BuildSettings settings)
    {
        if (call.Flags.NonEmptyText("on-error") != "shell")
        {
            return null;
        }

        if (!call.Surroundings.InIsTerminal)
        {
            throw new BuildSharpException("--on-error=shell: standard input is not a terminal; --on-error=keep keeps the container");
        }

        return RunEnvironment.Request(settings, call) with { Args = ["/bin/sh"], Terminal = true, Runtime = call.Flags.NonEmptyText("runtime") ?? call.Surroundings.Configuration.Runtime };
    }

    /// <summary>The request for one platform.</summary>
    public static BuildRequest For(Platform platform, BuildRequest request)
    {
        // The platform sets TARGETPLATFORM; a value from --build-arg would contradict it for every platform but one.
        var given = request.Arguments.Given.Where(argument => argument.Key != TargetPlatform).ToDictionary();
        return request with { Platform = platform, Arguments = request.Arguments with { Given = given } };
    }

    /// <summary>The contexts of <c>--build-context</c>, by name.</summary>
    /// <exception cref="BuildSharpException">A value lacks its name or its place, or the place does not exist.</exception>
    public static IReadOnlyDictionary<string, NamedContext> NamedContexts(Invocation call) =>
        NamedContext.ReadAll(call.Flags.All("build-context"), call.Surroundings.WorkingDirectory);

    private static Dictionary<string, string> InheritedProxies(Invocation call)
    {
        var environment = call.Surroundings.Environment;
        return BuildArguments.Proxies.Where(name => call.Flags.Bool("http-proxy") && environment.ContainsKey(name)).ToDictionary(name => name, name => environment[name]);
    }

    private static Platform? PlatformIn(IReadOnlyDictionary<string, string> arguments) =>
        arguments.TryGetValue(TargetPlatform, out var text) && text.Length > 0 ? Platform.Parse(text) : null;

    private static Timestamp? EpochOf(Dictionary<string, string> arguments) => arguments.TryGetValue(BuildArguments.SourceDateEpoch, out var text)
        ? Moments.TryOfSeconds(text) ?? throw new BuildSharpException(
            $"parsing {BuildArguments.SourceDateEpoch} build-arg {GoQuoting.Quote(text)}: it is the seconds since 1970, as a whole number")
        : null;

    private static Dictionary<string, string> GivenArguments(Invocation call)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in call.Flags.All("build-arg-file"))
        {
            foreach (var line in File.ReadLines(Path.GetFullPath(file, call.Surroundings.WorkingDirectory)))
            {
                if (line.Length > 0 && line[0] != '#')
                {
                    Add(line.Trim());
                }
            }
        }

        foreach (var text in call.Flags.All("build-arg"))
        {
            Add(text);
        }

        return arguments;

        // A name without "=" takes the value from our environment, and is left out when that does not set it.
        void Add(string text)
        {
            var equals = text.IndexOf('=');
            if (equals >= 0)
            {
                arguments[text[..equals]] = text[(equals + 1)..];
            }
            else if (call.Surroundings.Environment.TryGetValue(text, out var value))
            {
                arguments[text] = value;
            }
            else
            {
                arguments.Remove(text);
            }
        }
    }
}
