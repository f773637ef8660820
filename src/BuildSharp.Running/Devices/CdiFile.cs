using System.Globalization;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace BuildSharp.Running.Devices;

/// <summary>A file that describes devices of one kind (CDI specification, SPEC.md). It is YAML, of which JSON is a part.</summary>
/// <param name="Kind">Vendor and class, as <c>vendor.com/class</c>.</param>
/// <param name="Edits">What each of its devices adds.</param>
/// <param name="Devices">What one device adds, by its name, in the order of the file.</param>
internal sealed record CdiFile(string Kind, CdiEdits Edits, IReadOnlyList<(string Name, CdiEdits Edits)> Devices)
{
    private const int SizeLimit = 4 << 20;

    private static readonly string[] Stages = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    /// <summary>Reads a file.</summary>
    /// <exception cref="BuildSharpException">It cannot be read, or has something that is not known here.</exception>
    public static CdiFile Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > SizeLimit)
            {
                throw new FormatException($"it is larger than {SizeLimit:N0} bytes");
            }

            using var text = new StreamReader(path);
            var yaml = new YamlStream();
            yaml.Load(text);
            var root = yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode : throw new FormatException("it is empty");
            return new CdiFile(
                Text(root, "kind") ?? throw new FormatException("it has no kind"),
                EditsOf(Find(root, "containerEdits")),
                [.. Items(root, "devices").Select(device => (Text(device, "name") ?? throw new FormatException("a device has no name"), EditsOf(Find(device, "containerEdits"))))]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or YamlException or FormatException or OverflowException)
        {
            throw new BuildSharpException($"reading the CDI file {path}: {error.Message}", error);
        }
    }

    private static CdiEdits EditsOf(YamlNode? node)
    {
        if (node is not YamlMappingNode edits)
        {
            return new CdiEdits();
        }

        string[] known = ["env", "deviceNodes", "mounts", "hooks"];
        if (edits.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? "").FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw new FormatException($"containerEdits.{unknown} is not supported");
        }

        return new CdiEdits
        {
            Env = [.. Items(edits, "env").Select(Value)],
            Nodes = [.. Items(edits, "deviceNodes").Select(NodeOf)],
            Mounts = [.. Items(edits, "mounts").Select(MountOf)],
            Hooks = [.. Items(edits, "hooks").Select(HookOf)],
        };
    }

    private static CdiNode NodeOf(YamlNode node) => new(
        Absolute(node, "path"),
        Text(node, "hostPath"),
        Text(node, "type") switch { null or "" => null, "u" => "c", var type => type },
        Number(node, "major"),
        Number(node, "minor"),
        (uint?)Number(node, "fileMode"),
        Text(node, "permissions") ?? "rwm",
        (uint?)Number(node, "uid"),
        (uint?)Number(node, "gid"));

    private static SpecMount MountOf(YamlNode node) => new(
        Absolute(node, "containerPath"), Text(node, "type") is { Length: > 0 } type ? type : "bind", Absolute(node, "hostPath"), [.. Items(node, "options").Select(Value)]);

    private static (string Stage, SpecHook Hook) HookOf(YamlNode node)
    {
        var stage = Text(node, "hookName") ?? "";
        return Stages.Contains(stage)
            ? (stage, new SpecHook(Absolute(node, "path"), [.. Items(node, "args").Select(Value)], [.. Items(node, "env").Select(Value)], (int?)Number(node, "timeout")))
            : throw new FormatException($"hook \"{stage}\" is not one of {string.Join(", ", Stages)}");
    }

    private static string Absolute(YamlNode node, string key) => Text(node, key) is ['/', ..] path
        ? path
        : throw new FormatException($"{key} is not an absolute path");

    private static YamlNode? Find(YamlNode node, string key) =>
        (node as YamlMappingNode)?.Children.FirstOrDefault(entry => (entry.Key as YamlScalarNode)?.Value == key).Value;

    private static IEnumerable<YamlNode> Items(YamlNode node, string key) => (Find(node, key) as YamlSequenceNode)?.Children ?? [];

    private static string? Text(YamlNode node, string key) => (Find(node, key) as YamlScalarNode)?.Value;

    private static string Value(YamlNode node) => (node as YamlScalarNode)?.Value ?? throw new FormatException("a list has an item that is not a text");

    private static long? Number(YamlNode node, string key) =>
        Text(node, key) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
