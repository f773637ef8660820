using System.Runtime.InteropServices;
using BuildSharp.Cli.Commands.WorkingContainers;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Output;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands.Stores;

/// <summary><c>info</c>: describes the host and the store as JSON with sorted keys.</summary>
internal sealed class InfoVerb : SyncVerb
{
    public override string Synopsis => "[flags]";

    public override string Summary => "Show facts about the machine and the store";

    public override IReadOnlyList<string> Examples => ["info", "info --format '{{.store.GraphRoot}}'"];

    public override VerbGroup Group => VerbGroup.System;

    public override bool IsConfigured => true;

    public override FlagPlacement Placement => FlagPlacement.Anywhere;

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("debug", "show facts about the program too", 'd'),
        Flag.Text("format", "print with a Go template", value: "template"),
    ];

    protected override int Run(Invocation call)
    {
        NoArguments.Check(call);
        using var store = call.OpenStore();
        var facts = new List<(string, GoValue)> { ("host", HostFacts.Read(call.Surroundings)), ("store", StoreFacts(store)) };
        if (call.Flags.Bool("debug"))
        {
            facts.Add(("debug", ProgramFacts()));
        }

        var value = Map(facts);
        if (call.Flags.NonEmptyText("format") is { } format)
        {
            OneValueFormat.Write(format, value, call.Out, call.Surroundings.OutIsTerminal);
        }
        else
        {
            call.Out.WriteLine(GoValueJson.Indented(value));
        }

        return 0;
    }

    /// <summary>A map with values of mixed types. A template that reads a missing key gets no value.</summary>
    public static GoValue Map(IEnumerable<(string Key, GoValue Value)> facts)
    {
        var entries = new SortedDictionary<string, GoValue>(StringComparer.Ordinal);
        foreach (var (key, value) in facts)
        {
            entries[key] = value;
        }

        return new GoValue.Map(entries) { Zero = GoValue.Missing, TypeName = "map[string]interface {}" };
    }

    private static GoValue StoreFacts(Store store)
    {
        var options = store.Options;
        return Map(
        [
            ("ContainerStore", Map([("number", new GoValue.Integer(store.Containers.All().Count))])),
            ("GraphDriverName", new GoValue.Text(store.DriverName)),
            ("GraphImageStore", new GoValue.Text("")),
            ("GraphOptions", GoValue.Texts(options.DriverOptions)),
            ("GraphRoot", new GoValue.Text(options.GraphRoot)),
            ("GraphStatus", Map(store.DriverStatus().Select(fact => (fact.Key, (GoValue)new GoValue.Text(fact.Value))))),
            ("GraphTransientStore", new GoValue.Bool(options.TransientStore)),
            ("ImageStore", Map([("number", new GoValue.Integer(store.Images.All().Count))])),
            ("RunRoot", new GoValue.Text(options.RunRoot)),
        ]);
    }

    private static GoValue ProgramFacts() => Map(
    [
        ("buildah version", new GoValue.Text(ProductVersion.CommandLine)),
        ("buildsharp version", new GoValue.Text(BuildSharpVersion.Number)),
        ("compiler", new GoValue.Text(RuntimeInformation.FrameworkDescription)),
        ("git commit", new GoValue.Text("")),
        ("go version", new GoValue.Text("")),
    ]);
}
