using System.Text.Json;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Configuring;

/// <summary>Applies a <see cref="ConfigureRequest"/> in the order in which buildah applies its flags, independent of their order on the
/// command line.</summary>
/// <remarks>Works on copies, so that an invalid flag leaves the container unchanged.</remarks>
internal sealed class ConfigureCall(ConfigureRequest request, ImageConfig image, IReadOnlyDictionary<string, string> annotations, bool docker)
{
    private readonly List<string> _history = [];
    private readonly List<string> _warnings = [];
    private readonly SortedDictionary<string, string> _notes = new(annotations.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    public ImageConfig Image { get; private set; } = image;

    public IReadOnlyDictionary<string, string> Annotations => _notes;

    /// <summary>Texts for history entries, without the shell prefix; empty unless the request asks for them.</summary>
    public IReadOnlyList<string> History => request.AddHistory ? _history : [];

    public IReadOnlyList<string> Warnings => _warnings;

    public void Apply()
    {
        ApplyPlatform();
        Set(request.User, "USER", ImageConfigEditor.SetUser);
        if (request.Shell is { } shell)
        {
            WarnUnlessDocker($"SHELL is not supported for OCI image format, [{string.Join(' ', shell.Words)}] will be ignored. Must use `docker` format");
            Image = ImageConfigEditor.SetShell(Image, shell.Words);
            _history.Add($"SHELL {shell.Text}");
        }

        Set(request.StopSignal, "STOPSIGNAL", ImageConfigEditor.SetStopSignal);
        ApplyPorts();
        ApplyEnv();
        ApplyCommand();
        ApplyVolumes();
        ApplyHealthcheck();
        ApplyLabels();
        Set(request.WorkingDir, "WORKDIR", ImageConfigEditor.SetWorkingDir);
        ApplyDockerOnly();
        foreach (var text in request.Annotations)
        {
            var edit = FlagEdit.Parse("annotation", text);
            Apply(edit, _notes.Clear, key => _notes.Remove(key), (key, value) => _notes[key] = value ?? "");
        }
    }

    private void ApplyPlatform()
    {
        if (request.Author is { } author)
        {
            Image = ImageConfigEditor.SetAuthor(Image, author);
        }

        Image = Image with
        {
            Architecture = request.Architecture ?? Image.Architecture,
            Variant = request.Variant is { } variant ? (variant.Length == 0 ? null : variant) : Image.Variant,
            Os = request.Os ?? Image.Os,
        };
        Image = ImageConfigEditor.EditOs(Image, request.OsVersion, request.OsFeatures);
    }

    private void ApplyPorts()
    {
        foreach (var port in request.Ports)
        {
            Image = port.StartsWith('-') ? ImageConfigEditor.ClearPorts(Image)
                : port.EndsWith('-') ? ImageConfigEditor.Unexpose(Image, port[..^1])
                : ImageConfigEditor.Expose(Image, port);
        }

        AddListHistory("EXPOSE", request.Ports);
    }

    private void ApplyEnv()
    {
        foreach (var text in request.Env)
        {
            var edit = FlagEdit.Parse("env", text);
            switch (edit.Kind)
            {
                case FlagEditKind.Clear:
                    Image = ImageConfigEditor.ClearEnv(Image);
                    break;
                case FlagEditKind.Remove:
                    Image = ImageConfigEditor.UnsetEnv(Image, edit.Key);
                    break;
                default:
                    // Unlike ENV in a Dockerfile, setting an existing variable moves it to the end of the list.
                    var value = ValueOf(edit);
                    Image = ImageConfigEditor.SetEnv(ImageConfigEditor.UnsetEnv(Image, edit.Key), edit.Key, value);
                    break;
            }
        }

        AddListHistory("ENV", request.Env);
    }

    private string ValueOf(FlagEdit variable)
    {
        if (variable.Value is { } value)
        {
            return EnvExpansion.Expand(
                value,
                name =>
                {
                    if (ImageConfigEditor.GetEnv(Image, name) is { } known)
                    {
                        return known;
                    }

                    _warnings.Add($"error expanding variable \"{name}\": no value set in configuration");
                    return name;
                },
                broken => _warnings.Add($"error expanding \"{value}\": \"{broken}\" is no variable and was left out"));
        }

        return request.CallerEnvironment.GetValueOrDefault(variable.Key) is { Length: > 0 } inherited
            ? inherited
            : throw new BuildSharpException($"setting env \"{variable.Key}\": no value given");
    }

    private void ApplyCommand()
    {
        if (request.Entrypoint is { } entrypoint)
        {
            ApplyEntrypoint(entrypoint);
        }

        if (request.Cmd is { } cmd)
        {
            Image = ImageConfigEditor.SetCmd(Image, cmd.Words);
            _history.Add($"CMD {cmd.Text}");
        }
    }

    private void ApplyEntrypoint(string text)
    {
        _history.Add($"ENTRYPOINT {text}");
        if (string.IsNullOrWhiteSpace(text))
        {
            Image = ImageConfigEditor.SetEntrypoint(Image, null);
            return;
        }

        var words = TryReadWords(text);
        if (Image.Config.Cmd is { Count: > 0 } cmd)
        {
            _warnings.Add($"cmd \"{string.Join(' ', cmd)}\" exists " + (words is null
                ? "but will be ignored because of entrypoint settings"
                : "and will be passed to entrypoint as a parameter"));
        }

        Image = ImageConfigEditor.SetEntrypoint(Image, words ?? ["/bin/sh", "-c", text]);
    }

    private static List<string>? TryReadWords(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Array
                && document.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. document.RootElement.EnumerateArray().Select(item => item.GetString()!)]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void ApplyVolumes()
    {
        foreach (var text in request.Volumes)
        {
            Image = text == "-" ? ImageConfigEditor.ClearVolumes(Image)
                : text.EndsWith('-') ? ImageConfigEditor.RemoveVolume(Image, text[..^1])
                : ImageConfigEditor.AddVolume(Image, text);
            _history.Add($"VOLUME {text}");
        }
    }

    private void ApplyHealthcheck()
    {
        var timed = request.HealthcheckInterval is not null || request.HealthcheckTimeout is not null
            || request.HealthcheckStartPeriod is not null || request.HealthcheckRetries is not null;
        if (request.Healthcheck is null && !timed)
        {
            return;
        }

        WarnUnlessDocker("HEALTHCHECK is not supported for OCI image format and will be ignored. Must use `docker` format");
        if (request.Healthcheck is { Words.Count: 0 })
        {
            Image = ImageConfigEditor.SetHealthcheck(Image, null);
            _history.Add("HEALTHCHECK NONE");
            return;
        }

        var had = Image.Config.Healthcheck;
        Image = ImageConfigEditor.SetHealthcheck(Image, new Healthcheck
        {
            Test = request.Healthcheck?.Words ?? had?.Test ?? ["NONE"],
            Interval = request.HealthcheckInterval ?? had?.Interval ?? TimeSpan.FromSeconds(30),
            Timeout = request.HealthcheckTimeout ?? had?.Timeout ?? TimeSpan.FromSeconds(30),
            StartPeriod = request.HealthcheckStartPeriod ?? had?.StartPeriod,
            StartInterval = request.HealthcheckStartInterval ?? had?.StartInterval,
            Retries = request.HealthcheckRetries ?? had?.Retries ?? 3,
        });
        List<string> words = ["HEALTHCHECK"];
        AddOption(words, "interval", request.HealthcheckInterval);
        AddOption(words, "timeout", request.HealthcheckTimeout);
        AddOption(words, "start-period", request.HealthcheckStartPeriod);
        AddOption(words, "start-interval", request.HealthcheckStartInterval);
        if (request.HealthcheckRetries is { } retries)
        {
            words.Add($"--retries={retries}");
        }

        _history.Add(string.Join(' ', [.. words, request.Healthcheck?.Text ?? string.Join(' ', Image.Config.Healthcheck!.Test)]));
    }

    private static void AddOption(List<string> words, string name, TimeSpan? value)
    {
        if (value is { } duration)
        {
            words.Add($"--{name}={GoDuration.Format(duration)}");
        }
    }

    private void ApplyLabels()
    {
        foreach (var text in request.Labels)
        {
            var edit = FlagEdit.Parse("label", text);
            Apply(
                edit,
                () => Image = ImageConfigEditor.ClearLabels(Image),
                key => Image = ImageConfigEditor.UnsetLabel(Image, key),
                (key, value) => Image = ImageConfigEditor.SetLabel(Image, key, value ?? ""));
        }

        AddListHistory("LABEL", request.Labels);
        foreach (var key in request.UnsetLabels)
        {
            Image = ImageConfigEditor.UnsetLabel(Image, key);
        }

        foreach (var key in request.UnsetAnnotations)
        {
            _notes.Remove(key);
        }
    }

    private void ApplyDockerOnly()
    {
        if (request.Comment is { } comment)
        {
            WarnUnlessDocker($"COMMENT is not supported for OCI image format, comment {comment} will be ignored. Must use `docker` format");
            Image = ImageConfigEditor.SetComment(Image, comment);
        }

        if (request.Domainname is { } domain)
        {
            WarnUnlessDocker($"DOMAINNAME is not supported for OCI image format, domainname {domain} will be ignored. Must use `docker` format");
            Image = ImageConfigEditor.SetDomainname(Image, domain);
        }

        if (request.Hostname is { } host)
        {
            WarnUnlessDocker($"HOSTNAME is not supported for OCI V1 image format, hostname {host} will be ignored. Must use `docker` format");
            Image = ImageConfigEditor.SetHostname(Image, host);
        }

        foreach (var instruction in request.OnBuild)
        {
            WarnUnlessDocker($"ONBUILD is not supported for OCI image format, {instruction} will be ignored. Must use `docker` format");
            Image = ImageConfigEditor.AddOnBuild(Image, instruction);
            _history.Add($"ONBUILD {instruction}");
        }
    }

    private void Set(string? value, string instruction, Func<ImageConfig, string, ImageConfig> edit)
    {
        if (value is not null)
        {
            Image = edit(Image, value);
            _history.Add($"{instruction} {value}");
        }
    }

    private static void Apply(FlagEdit edit, Action clear, Func<string, object> remove, Action<string, string?> set)
    {
        switch (edit.Kind)
        {
            case FlagEditKind.Clear:
                clear();
                break;
            case FlagEditKind.Remove:
                remove(edit.Key);
                break;
            default:
                set(edit.Key, edit.Value);
                break;
        }
    }

    private void AddListHistory(string instruction, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            _history.Add($"{instruction} {string.Join(' ', values)}");
        }
    }

    private void WarnUnlessDocker(string warning)
    {
        if (!docker)
        {
            _warnings.Add(warning);
        }
    }
}
