using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Containers.Configuring;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>config CTR</c>: changes the configuration that the next commit writes. Prints nothing.</summary>
internal sealed class ConfigVerb : SyncVerb
{
    public override string Synopsis => "[flags] CONTAINER";

    public override string Summary => "Change the image configuration of a working container";

    public override string Description =>
        "Changes the configuration an image committed from the working container will have.\n\"-\" removes all values of a repeatable flag, \"KEY-\" removes one.";

    public override IReadOnlyList<string> Examples =>
        ["config --cmd '[\"/app\"]' --port 8080/tcp working-container", "config --env PATH=$PATH:/opt/bin --label stage- working-container"];

    public override VerbGroup Group => VerbGroup.Container;

    public override ArgumentRule Arguments { get; } =
        new(1, "container ID must be specified", 1, "too many arguments specified");

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("add-history", "note each change in the image's history", variable: "BUILDAH_HISTORY"),
        Flag.List("annotation", "annotation, KEY=VALUE (OCI only)", 'a', value: "annotation"),
        Flag.Text("arch", "processor architecture of the image", value: "arch"),
        Flag.Text("author", "author of the image", value: "name"),
        Flag.Text("cmd", "command to run by default, words or a JSON array", value: "command"),
        Flag.Text("comment", "comment on the image (docker only)", value: "text"),
        Flag.Text("created-by", "how the history says the new layer was made", value: "text"),
        Flag.Text("domainname", "domain of containers (docker only)", value: "domain"),
        Flag.Text("entrypoint", "entry point, a shell line or a JSON array", value: "command"),
        Flag.List("env", "variable, KEY=VALUE", 'e', value: "variable"),
        Flag.Text("healthcheck", "command that tells whether a container is healthy (docker only)", value: "command"),
        Flag.Text("healthcheck-interval", "time between two checks", value: "duration"),
        Flag.Number("healthcheck-retries", "failures in a row that mean unhealthy"),
        Flag.Text("healthcheck-start-period", "time at first in which failures don't count", value: "duration"),
        Flag.Text("healthcheck-start-interval", "time between two checks at first", value: "duration"),
        Flag.Text("healthcheck-timeout", "time after which a check has failed", value: "duration"),
        Flag.Text("history-comment", "comment on the new layer's history", value: "text"),
        Flag.Text("hostname", "name of containers (docker only)", value: "name"),
        Flag.List("label", "label, KEY=VALUE", 'l', value: "label"),
        Flag.CsvList("onbuild", "instruction for images built on this one (docker only)", value: "instruction"),
        Flag.Text("os", "operating system of the image", value: "os"),
        Flag.List("os-feature", "feature the operating system must have", value: "feature"),
        Flag.Text("os-version", "version of the operating system", value: "version"),
        Flag.CsvList("port", "port containers listen on", 'p', value: "port"),
        Flag.Text("shell", "shell of instructions in shell form (docker only)", value: "command"),
        Flag.Text("stop-signal", "signal that stops a container", value: "signal"),
        Flag.CsvList("unsetannotation", "annotation to remove", value: "key"),
        Flag.CsvList("unsetlabel", "label to remove", value: "key"),
        Flag.Text("user", "user that containers run as, USER[:GROUP]", 'u', value: "user"),
        Flag.Text("variant", "variant of the processor architecture", value: "variant"),
        Flag.CsvList("volume", "path whose content containers keep apart", 'v', value: "path"),
        Flag.Text("workingdir", "directory that containers start in", value: "dir"),
    ];

    protected override int Run(Invocation call)
    {
        var request = Request(call);
        using var store = call.OpenStore();
        var container = WorkingContainer.Open(store, call.Positionals[0], call.Surroundings.Clock);
        foreach (var warning in container.Configure(request))
        {
            call.Log.Warning(warning);
        }

        return 0;
    }

    private static ConfigureRequest Request(Invocation call)
    {
        var flags = call.Flags;
        if (flags.All("label").FirstOrDefault(text => text.Length == 0 || text[0] == '=') is { } nameless)
        {
            throw new BuildSharpException($"--label {GoQuoting.Quote(nameless)}: a label needs a key");
        }

        return new ConfigureRequest
        {
            AddHistory = flags.Bool("add-history"),
            Annotations = flags.All("annotation"),
            Architecture = flags.Text("arch"),
            Author = flags.Text("author"),
            Cmd = CommandWords.Read(flags, "cmd"),
            Comment = flags.Text("comment"),
            CreatedBy = flags.Text("created-by"),
            Domainname = flags.Text("domainname"),
            Entrypoint = flags.Text("entrypoint"),
            Env = flags.All("env"),
            Healthcheck = CommandWords.ReadPlain(flags, "healthcheck"),
            HealthcheckInterval = Duration(flags, "healthcheck-interval"),
            HealthcheckRetries = (int?)flags.Number("healthcheck-retries"),
            HealthcheckStartPeriod = Duration(flags, "healthcheck-start-period"),
            HealthcheckStartInterval = Duration(flags, "healthcheck-start-interval"),
            HealthcheckTimeout = Duration(flags, "healthcheck-timeout"),
            HistoryComment = flags.Text("history-comment"),
            Hostname = flags.Text("hostname"),
            Labels = flags.All("label"),
            OnBuild = flags.All("onbuild"),
            Os = flags.Text("os"),
            OsFeatures = flags.All("os-feature"),
            OsVersion = flags.Text("os-version"),
            Ports = flags.All("port"),
            Shell = CommandWords.ReadPlain(flags, "shell"),
            StopSignal = flags.Text("stop-signal"),
            UnsetAnnotations = flags.All("unsetannotation"),
            UnsetLabels = flags.All("unsetlabel"),
            User = flags.Text("user"),
            Variant = flags.Text("variant"),
            Volumes = flags.All("volume"),
            WorkingDir = flags.Text("workingdir"),
            CallerEnvironment = call.Surroundings.Environment,
        };
    }

    private static TimeSpan? Duration(FlagValues flags, string name)
    {
        if (flags.Text(name) is not { } text)
        {
            return null;
        }

        return GoDuration.TryParse(text, out var duration)
            ? duration
            : throw new BuildSharpException($"parsing --{name} {GoQuoting.Quote(text)}: time: invalid duration {GoQuoting.Quote(text)}");
    }
}
