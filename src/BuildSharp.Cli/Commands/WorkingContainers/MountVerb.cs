using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Flags;
using BuildSharp.Cli.Namespaces;
using BuildSharp.Cli.Output;
using BuildSharp.Containers;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>mount [--json] [CTR…]</c>: mounts containers and prints the mount points, or lists the mounted containers.</summary>
internal sealed class MountVerb : SyncVerb
{
    public override string Synopsis => "[flags] [CONTAINER...]";

    public override string Summary => "Mount the root filesystem of working containers";

    public override string Description =>
        "Mounts the root filesystem of working containers and prints where. It stays mounted\nuntil \"umount\". Without a container, lists what is mounted.";

    public override IReadOnlyList<string> Examples => ["mount working-container", "mount"];

    public override VerbGroup Group => VerbGroup.Container;

    public override IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("json", "print JSON"),
        Flag.Bool("notruncate", "ignored: nothing is cut", null).Hide().Accept(),
    ];

    public override bool NeedsNamespace(Invocation call) => call.Positionals.Count > 0;

    protected override int Run(Invocation call)
    {
        using var store = call.Positionals.Count == 0 ? call.OpenStore() : call.OpenStoreAsRoot();
        if (call.Positionals.Count > 0 && store.DriverName != "vfs" && OwnNamespace.IsForOneVerb(call.Surroundings.Environment))
        {
            // It would end with this process. A container of the driver vfs is a directory that needs no mount.
            throw new BuildSharpException(
                $"cannot mount using driver {store.DriverName} in rootless mode. You need to run it in a `{call.Surroundings.Program} unshare` session");
        }

        var rows = new List<(string Name, string Path)>();
        var errors = new ErrorSequence(call);
        if (call.Positionals.Count == 0)
        {
            var mounted = store.Layers.MountPoints();
            foreach (var container in WorkingContainer.List(store))
            {
                if (mounted.TryGetValue(container.LayerId, out var path))
                {
                    rows.Add((container.Name, path));
                }
            }
        }

        var alone = call.Positionals.Count == 1;
        foreach (var name in call.Positionals)
        {
            errors.Try(() => rows.Add((alone ? "" : name, WorkingContainer.Open(store, name).Mount())));
        }

        Print(rows, call);
        errors.ThrowLast();
        return 0;
    }

    private static void Print(List<(string Name, string Path)> rows, Invocation call)
    {
        if (call.Flags.Bool("json"))
        {
            var values = rows.Select(row => (GoValue)new GoValue.Struct("jsonMount",
            [
                new GoField("Container", "container", new GoValue.Text(row.Name), OmitEmpty: true),
                new GoField("MountPoint", "mountPoint", new GoValue.Text(row.Path)),
            ])).ToList();
            call.Out.WriteLine(GoValueJson.Indented(new GoValue.List(values.Count == 0 ? null : values)));
            return;
        }

        foreach (var (name, path) in rows)
        {
            call.Out.WriteLine(name.Length == 0 ? path : $"{name} {path}");
        }
    }
}
