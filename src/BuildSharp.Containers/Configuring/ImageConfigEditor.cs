using BuildSharp.Oci;

namespace BuildSharp.Containers.Configuring;

/// <summary>All changes to an image config that verbs, <c>--change</c> and instructions make, as pure functions from one config to the
/// next.</summary>
public static class ImageConfigEditor
{
    private const int FewVariables = 16;

    /// <summary>Sets a variable; an existing one keeps its position in the list.</summary>
    public static ImageConfig SetEnv(ImageConfig image, string name, string value) => SetEnv(image, [(name, value)]);

    /// <summary>Sets variables in order; an existing one keeps its position in the list.</summary>
    public static ImageConfig SetEnv(ImageConfig image, IReadOnlyList<(string Name, string Value)> variables)
    {
        var env = image.Config.Env.ToList();
        // For few variables a linear search is cheaper than a table: a Dockerfile may have a thousand ENV lines with one variable each.
        var places = variables.Count > FewVariables ? new Dictionary<string, int>(StringComparer.Ordinal) : null;
        for (var i = 0; i < env.Count && places is not null; i++)
        {
            places.TryAdd(NameOf(env[i]).ToString(), i);
        }

        foreach (var (name, value) in variables)
        {
            var place = places is null ? env.FindIndex(entry => NameOf(entry).SequenceEqual(name)) : places.GetValueOrDefault(name, -1);
            if (place >= 0)
            {
                env[place] = $"{name}={value}";
                continue;
            }

            places?.Add(name, env.Count);
            env.Add($"{name}={value}");
        }

        return With(image, config => config with { Env = env });
    }

    /// <summary>Removes a variable.</summary>
    public static ImageConfig UnsetEnv(ImageConfig image, string name) =>
        With(image, config => config with { Env = [.. config.Env.Where(entry => !NameOf(entry).SequenceEqual(name))] });

    /// <summary>Removes all variables.</summary>
    public static ImageConfig ClearEnv(ImageConfig image) => With(image, config => config with { Env = [] });

    /// <summary>The value of a variable; null when it is not set.</summary>
    public static string? GetEnv(ImageConfig image, string name) =>
        image.Config.Env.LastOrDefault(entry => NameOf(entry).SequenceEqual(name)) is { } entry ? entry[Math.Min(name.Length + 1, entry.Length)..] : null;

    /// <summary>Sets a label.</summary>
    public static ImageConfig SetLabel(ImageConfig image, string key, string value) => SetLabels(image, [(key, value)]);

    /// <summary>Sets labels in order.</summary>
    public static ImageConfig SetLabels(ImageConfig image, IEnumerable<(string Key, string Value)> labels)
    {
        var all = new Dictionary<string, string>(image.Config.Labels, StringComparer.Ordinal);
        foreach (var (key, value) in labels)
        {
            all[key] = value;
        }

        return With(image, config => config with { Labels = all });
    }

    /// <summary>Removes a label.</summary>
    public static ImageConfig UnsetLabel(ImageConfig image, string key) =>
        With(image, config => config with
        {
            Labels = config.Labels.Where(label => label.Key != key).ToDictionary(StringComparer.Ordinal),
        });

    /// <summary>Removes all labels.</summary>
    public static ImageConfig ClearLabels(ImageConfig image) =>
        With(image, config => config with { Labels = new Dictionary<string, string>() });

    /// <summary>Sets the default arguments; null or an empty list removes them.</summary>
    public static ImageConfig SetCmd(ImageConfig image, IReadOnlyList<string>? words) =>
        With(image, config => config with { Cmd = words is { Count: > 0 } ? words : null });

    /// <summary>Sets the entrypoint; null or an empty list removes it. The default arguments stay.</summary>
    public static ImageConfig SetEntrypoint(ImageConfig image, IReadOnlyList<string>? words) =>
        With(image, config => config with { Entrypoint = words is { Count: > 0 } ? words : null });

    /// <summary>Declares a volume, as spelled.</summary>
    public static ImageConfig AddVolume(ImageConfig image, string path) => AddVolumes(image, [path]);

    /// <summary>Declares volumes, as spelled.</summary>
    public static ImageConfig AddVolumes(ImageConfig image, IEnumerable<string> paths) =>
        With(image, config => config with { Volumes = Including(config.Volumes, paths) });

    /// <summary>Removes a volume declaration.</summary>
    public static ImageConfig RemoveVolume(ImageConfig image, string path) =>
        With(image, config => config with { Volumes = [.. config.Volumes.Where(volume => volume != path)] });

    /// <summary>Removes all volume declarations.</summary>
    public static ImageConfig ClearVolumes(ImageConfig image) => With(image, config => config with { Volumes = [] });

    /// <summary>Declares a port, as spelled: adds no <c>/tcp</c> and expands no range.</summary>
    public static ImageConfig Expose(ImageConfig image, string port) => Expose(image, [port]);

    /// <summary>Declares ports, as spelled.</summary>
    public static ImageConfig Expose(ImageConfig image, IEnumerable<string> ports) =>
        With(image, config => config with { ExposedPorts = Including(config.ExposedPorts, ports) });

    /// <summary>Removes a port declaration.</summary>
    public static ImageConfig Unexpose(ImageConfig image, string port) =>
        With(image, config => config with { ExposedPorts = [.. config.ExposedPorts.Where(exposed => exposed != port)] });

    /// <summary>Removes all port declarations.</summary>
    public static ImageConfig ClearPorts(ImageConfig image) => With(image, config => config with { ExposedPorts = [] });

    /// <summary>Sets the user, without checking it against a passwd file.</summary>
    public static ImageConfig SetUser(ImageConfig image, string user) => With(image, config => config with { User = user });

    /// <summary>Sets the working directory, without creating it.</summary>
    public static ImageConfig SetWorkingDir(ImageConfig image, string path) => With(image, config => config with { WorkingDir = path });

    /// <summary>Sets the stop signal, a name or number as given.</summary>
    public static ImageConfig SetStopSignal(ImageConfig image, string signal) => With(image, config => config with { StopSignal = signal });

    /// <summary>Sets the shell for commands in shell form; an empty list means the default.</summary>
    public static ImageConfig SetShell(ImageConfig image, IReadOnlyList<string> words) => With(image, config => config with { Shell = words });

    /// <summary>Sets the health check; null removes it.</summary>
    public static ImageConfig SetHealthcheck(ImageConfig image, Healthcheck? healthcheck) =>
        With(image, config => config with { Healthcheck = healthcheck });

    /// <summary>Appends an ONBUILD instruction.</summary>
    public static ImageConfig AddOnBuild(ImageConfig image, string instruction) =>
        With(image, config => config with { OnBuild = [.. config.OnBuild, instruction] });

    /// <summary>Removes all ONBUILD instructions, as a build does after executing them.</summary>
    public static ImageConfig ClearOnBuild(ImageConfig image) => With(image, config => config with { OnBuild = [] });

    /// <summary>Sets the author of the image.</summary>
    public static ImageConfig SetAuthor(ImageConfig image, string author) => image with { Author = author.Length == 0 ? null : author };

    /// <summary>Sets the platform of the image.</summary>
    public static ImageConfig SetPlatform(ImageConfig image, Platform platform) => image with
    {
        Os = platform.Os,
        Architecture = platform.Architecture,
        Variant = platform.Variant,
        OsVersion = platform.OsVersion,
        OsFeatures = platform.OsFeatures,
    };

    /// <summary>Changes version and features of the operating system.</summary>
    /// <param name="image">The config before.</param>
    /// <param name="version">New version; empty to remove it, null to keep it.</param>
    /// <param name="features">Features to add or remove: <c>F</c>, <c>F-</c>, or <c>-</c> for all.</param>
    public static ImageConfig EditOs(ImageConfig image, string? version, IEnumerable<string> features)
    {
        image = version is null ? image : image with { OsVersion = version.Length == 0 ? null : version };
        foreach (var edit in features.Select(text => FlagEdit.Parse("os-feature", text)))
        {
            image = image with
            {
                OsFeatures = edit.Kind switch
                {
                    FlagEditKind.Clear => [],
                    FlagEditKind.Remove => [.. image.OsFeatures.Where(had => had != edit.Key)],
                    _ => image.OsFeatures.Contains(edit.Key) ? image.OsFeatures : [.. image.OsFeatures, edit.Key],
                },
            };
        }

        return image;
    }

    /// <summary>Sets the host name; Docker format only.</summary>
    public static ImageConfig SetHostname(ImageConfig image, string name) => With(image, config => config with { Hostname = name });

    /// <summary>Sets the domain name; Docker format only.</summary>
    public static ImageConfig SetDomainname(ImageConfig image, string name) => With(image, config => config with { Domainname = name });

    /// <summary>Sets the comment of the image; Docker format only.</summary>
    public static ImageConfig SetComment(ImageConfig image, string comment) => image with { Comment = comment.Length == 0 ? null : comment };

    private static ImageConfig With(ImageConfig image, Func<ContainerConfig, ContainerConfig> edit) => image with { Config = edit(image.Config) };

    // Keeps the order of declaration, without duplicates.
    private static IReadOnlyCollection<string> Including(IReadOnlyCollection<string> set, IEnumerable<string> items) =>
        [.. set.Concat(items).Distinct(StringComparer.Ordinal)];

    private static ReadOnlySpan<char> NameOf(string entry) => entry.IndexOf('=') is var equals and >= 0 ? entry.AsSpan(0, equals) : entry;
}
