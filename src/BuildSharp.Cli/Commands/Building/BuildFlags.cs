using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>The flag table of <c>build</c>.</summary>
internal static class BuildFlags
{
    /// <summary>A flag that decides which steps a Dockerfile produces; <c>dockerfile</c> takes it too.</summary>
    public static FlagDefinition BuildArgument { get; } =
        Flag.List("build-arg", "value for an ARG, KEY=VALUE, or KEY from the environment", value: "argument");

    /// <inheritdoc cref="BuildArgument"/>
    public static FlagDefinition BuildArgumentFile { get; } = Flag.List("build-arg-file", "file with a line KEY=VALUE for each ARG", value: "file");

    /// <inheritdoc cref="BuildArgument"/>
    public static FlagDefinition Target { get; } = Flag.Text("target", "stage to build", value: "stage");

    /// <summary>Shared by <c>build</c> and <c>commit</c>.</summary>
    public static FlagDefinition ManifestList { get; } = Flag.Text("manifest", "list to add the image to, made if there is none", value: "list");

    public static IEnumerable<FlagDefinition> All =>
    [
        .. Naming,
        .. Input,
        .. Shape,
        .. Running,
        .. Caching,
        .. Results,
        .. WithoutEffect,
        .. PullPolicyFlags.All,
        RegistryFlags.Quiet with { Help = "print only the image's ID" },
        ProgressFlags.Progress,
        .. RegistryFlags.All,
        .. PlatformFlags.All,
        .. NamespaceFlags.All,
        .. UserNamespaceFlags.All,
        .. RunEnvironmentFlags.All,
        .. TimeFlags.All,
        .. CompressionFlags.With(disabledByDefault: true),
        .. SbomFlags.All,
    ];

    private static IReadOnlyList<FlagDefinition> Naming =>
    [
        Flag.List("tag", "name of the image", 't', value: "name"),
        Flag.Text("iidfile", "file to write the image's ID to, instead of printing it", value: "file"),
        Flag.Text("iidfile-raw", "the same, without sha256:", value: "file") with { Aliases = ["raw-iidfile"] },
        Flag.Text("metadata-file", "file to write facts about the image to", value: "file"),
        ManifestList,
    ];

    private static IReadOnlyList<FlagDefinition> Input =>
    [
        Flag.CsvList("file", "Containerfile to build from", 'f', value: "file"),
        BuildArgument,
        BuildArgumentFile,
        Flag.List("build-context", "further context, NAME=PLACE", value: "context"),
        Flag.Text("from", "image to use instead of the first FROM's", value: "image"),
        Flag.Text("ignorefile", "file with patterns of what to leave out of the context", value: "file"),
        Flag.List("cpp-flag", "flag for the preprocessor of Containerfile.in", value: "flag"),
        Target,
        Flag.Bool("check", "report doubtful habits instead of building (with --format: text or json)"),
        Flag.Bool("skip-unused-stages", "leave out stages the image does not need", on: true),
        Flag.List("env", "variable, as ENV at the start", value: "variable"),
    ];

    private static IReadOnlyList<FlagDefinition> Shape =>
    [
        ImageFormat.FlagWith(null),
        Flag.Bool("layers", "make a layer of each instruction", variable: "BUILDAH_LAYERS"),
        Flag.Bool("no-cache", "carry every step out, also what --layers would find in local storage"),
        Flag.Bool("squash", "put everything into one layer") with { Aliases = ["squash-all"] },
        Flag.List("label", "label, KEY=VALUE", value: "label"),
        Flag.List("layer-label", "label of intermediate images, KEY=VALUE", value: "label"),
        Flag.List("annotation", "annotation, KEY=VALUE", value: "annotation"),
        Flag.CsvList("unsetenv", "variable to leave out", value: "name"),
        Flag.CsvList("unsetlabel", "label to leave out", value: "key"),
        Flag.CsvList("unsetannotation", "annotation to leave out", value: "key"),
        Flag.Bool("inherit-labels", "keep the base's labels", on: true),
        Flag.Bool("inherit-annotations", "keep the base's annotations", on: true),
        Flag.Bool("created-annotation", "annotate the image with its creation time", on: true),
        Flag.Bool("identity-label", "label the image with the version that made it", on: true),
        Flag.Bool("omit-history", "leave the history out"),
        Flag.Bool("compat-volumes", "discard what RUN writes below a VOLUME"),
        Flag.Bool("save-stages", "keep the images of stages, without names"),
        Flag.Bool("stage-labels", "label what --save-stages keeps with the stage's name and base"),
    ];

    private static IReadOnlyList<FlagDefinition> Running =>
    [
        Flag.Bool("stdin", "let RUN commands read standard input"),
        Flag.Bool("no-hosts", "leave the image's /etc/hosts alone"),
        Flag.Bool("no-hostname", "leave the image's /etc/hostname alone"),
        Flag.Text("runtime", "OCI runtime", variable: "BUILDAH_RUNTIME", value: "path"),
        Flag.CsvList("runtime-flag", "global flag for the OCI runtime, without its dashes"),
        RunEnvironmentFlags.PidsLimit,
        Flag.List("mount", "mount for every RUN, written as RUN --mount", value: "mount"),
        Flag.List("secret", "secret for RUN --mount=type=secret: id=ID[,src=FILE|,env=VARIABLE]", value: "secret"),
        Flag.List("ssh", "agent for RUN --mount=type=ssh: ID, ID=SOCKET or ID=KEY[,KEY]", value: "agent"),
        Flag.List("hooks-dir", "directory of OCI hooks", value: "dir"),
        Flag.List("allow", "right that RUN may ask for: security.insecure, device or device=NAME", value: "right"),
        Flag.Number("jobs", "most stages to build at once, over all platforms, 0 for all (default: one for each core)"),
    ];

    private static IReadOnlyList<FlagDefinition> Caching =>
    [
        Flag.List("cache-from", "where else --layers finds steps: REPOSITORY, type=registry,ref=NAME or type=local,src=DIR", value: "place"),
        Flag.List("cache-to", "where else --layers keeps steps: REPOSITORY, type=registry,ref=NAME or type=local,dest=DIR (mode=max: of all stages)", value: "place"),
        Flag.CsvList("no-cache-filter", "stage whose steps are all carried out", value: "stage"),
        Flag.OptionalText("explain", "say for each step of --layers whether it was found, and if not, what differed: text or json", "", "text") with { Default = null, Values = ["text", "json"] },
        Flag.Bool("verify-reproducible", "build twice without cache, and fail with what differs unless both images are the same"),
        Flag.Text("cache-ttl", "greatest age of an image that stands for a step, 0 for none", value: "duration"),
        Flag.Text("on-error", "what becomes of the container of a failed step: remove, keep, or shell, which opens one in it", value: "action") with { Values = ["remove", "keep", "shell"] },
        Flag.Bool("force-rm", "remove working containers after a failure too"),
        Flag.Bool("rm", "remove working containers", on: true) with { Aliases = ["purge"] },
    ];

    private static IReadOnlyList<FlagDefinition> Results =>
    [
        Flag.Bool("all-platforms", "build for every platform that all bases are there for"),
        Flag.Text("os-version", "version of the operating system", value: "version"),
        Flag.List("os-feature", "feature the operating system must have", value: "feature"),
        Flag.List("output", "where the image goes as well: DIR, - for a tar, type=local|tar|oci|docker|image|registry|cacheonly,dest=PATH", 'o', value: "place"),
        Flag.Bool("push", "push the image to the registries of its names"),
        Flag.Bool("load", "leave the image in local storage, as without any --output"),
        Flag.Text("report", "file for a page about the build, to open in a browser", value: "file"),
        Flag.Text("logfile", "file for everything printed", value: "file"),
        Flag.Bool("logsplit", "a log file for each platform: FILE_OS_ARCHITECTURE"),
    ];

    // Accepted because buildah accepts them without effect, or refused because they would have one.
    private static IReadOnlyList<FlagDefinition> WithoutEffect =>
    [
        Flag.Text("cw", "confidential workload", value: "options").Refuse("confidential workloads are not made"),
        Flag.Text("sign-by", "key to sign with", value: "key").Refuse("images are not signed"),
        Flag.Text("source-policy-file", "rules for base images", value: "file").Refuse("there are no such rules"),
        Flag.Bool("compress", "ignored").Accept(),
        Flag.Bool("disable-content-trust", "ignored").Accept(),
        Flag.Number("loglevel", "ignored").Hide().Accept(),
        Flag.Bool("log-rusage", "log what a step used").Hide().Refuse("steps are not measured", "false"),
        Flag.Text("rusage-logfile", "file for what a step used", value: "file").Hide().Refuse("steps are not measured"),
    ];

    /// <summary>Refuses combinations that contradict each other.</summary>
    /// <exception cref="BuildSharpException">Two flags contradict each other; the message is buildah's, because scripts match
    /// it.</exception>
    public static void Check(FlagValues flags)
    {
        if ((flags.IsSet("rm") || flags.IsSet("force-rm")) && !flags.IsSet("layers") && !flags.IsSet("no-cache"))
        {
            throw new BuildSharpException("'rm' and 'force-rm' can only be set with either 'layers' or 'no-cache'");
        }

        if (flags.Bool("stage-labels") && !flags.Bool("save-stages"))
        {
            throw new BuildSharpException("\"--stage-labels\" requires \"--save-stages\"");
        }

        if (ProgressFlags.Mode(flags) == ProgressMode.Json && flags.NonEmptyText("logfile") is not null)
        {
            throw new BuildSharpException("--logfile and --progress=json exclude each other: a log file has lines of text");
        }

        if (flags.Bool("verify-reproducible") && flags.Bool("stdin"))
        {
            throw new BuildSharpException("--verify-reproducible and --stdin exclude each other: the second build would read nothing");
        }

        if (flags.Number("jobs") < 0)
        {
            throw new BuildSharpException("building: invalid value for jobs.  It must be a positive integer");
        }

        if (flags.Bool("no-hosts") && flags.All("add-host").Count > 0)
        {
            throw new BuildSharpException("--no-hosts and --add-host conflict, can not be used together");
        }

        if (flags.NonEmptyText("on-error") is { } action and not ("remove" or "keep" or "shell"))
        {
            throw new BuildSharpException($"unknown --on-error {GoQuoting.Quote(action)}; known are remove, keep, shell");
        }

        if (flags.NonEmptyText("on-error") is "keep" or "shell" && flags.Bool("force-rm"))
        {
            throw new BuildSharpException("--on-error and --force-rm contradict each other: one leaves the container of a failed step, the other removes it");
        }

        if (flags.NonEmptyText("explain") is { } explain)
        {
            if (explain is not ("text" or "json"))
            {
                throw new BuildSharpException($"unknown --explain {GoQuoting.Quote(explain)}; known are text, json");
            }

            if (!flags.Bool("layers"))
            {
                throw new BuildSharpException("--explain needs --layers: without it no step is looked for");
            }
        }

        CachePlace.Of(flags, "cache-from");
        CachePlace.Of(flags, "cache-to");
        if (CacheTtl(flags) == TimeSpan.Zero && flags.IsSet("no-cache") && !flags.Bool("no-cache"))
        {
            throw new BuildSharpException("cannot use --cache-ttl with duration as 0 and --no-cache=false");
        }

        if (flags.IsSet("timestamp") && flags.IsSet("source-date-epoch"))
        {
            throw new BuildSharpException("cannot use more then one timestamp option at at time");
        }
    }

    /// <summary>Value of <c>--jobs</c>; by default the number of cores, or 1 when commands share standard input.</summary>
    public static int Jobs(FlagValues flags) =>
        flags.Number("jobs") is { } most ? (int)Math.Min(most, int.MaxValue) : flags.Bool("stdin") ? 1 : Environment.ProcessorCount;

    /// <summary>Value of <c>--cache-ttl</c>; null when the flag is absent.</summary>
    /// <exception cref="BuildSharpException">The value is not a duration.</exception>
    public static TimeSpan? CacheTtl(FlagValues flags)
    {
        if (flags.NonEmptyText("cache-ttl") is not { } text)
        {
            return null;
        }

        return GoDuration.TryParse(text, out var age) && age >= TimeSpan.Zero
            ? age
            : throw new BuildSharpException($"unable to parse value provided \"{text}\" as --cache-ttl: it is a duration like 30m or 24h; 0s is as --no-cache");
    }

    /// <summary>Whether to print the image ID only. Implied when a tar goes to standard output, which must then carry nothing
    /// else.</summary>
    public static bool IsQuiet(FlagValues flags) =>
        ProgressFlags.IsQuiet(flags) || flags.Text("explain") == "json" || BuildOutput.Of(flags).Any(output => output.IsStandardOutput);
}
