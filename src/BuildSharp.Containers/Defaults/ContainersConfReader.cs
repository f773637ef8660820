using System.Net;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Running.Spec;

namespace BuildSharp.Containers.Defaults;

/// <summary>Merges several containers.conf files; later files override earlier ones.</summary>
internal sealed class ContainersConfReader
{
    private static readonly string[] NamespaceKinds = ["cgroup", "ipc", "pid", "uts"];

    private readonly Dictionary<string, object> _scalars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AppendableList> _lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _runtimes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private readonly List<string> _notes = [];

    /// <summary>Reads the next file.</summary>
    /// <exception cref="BuildSharpException">The file cannot be read, is not TOML, or has a value of the wrong type.</exception>
    public void Take(string file)
    {
        Dictionary<string, object> values;
        try
        {
            values = Toml.Read(File.ReadAllText(file), file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"cannot read the container configuration {file}: {error.Message}", error);
        }
        catch (FormatException error)
        {
            throw new BuildSharpException(error.Message, error);
        }

        _notes.Add($"{file}: read");
        foreach (var (key, value) in values)
        {
            Take(file, key, value);
        }
    }

    /// <summary>The merged settings.</summary>
    /// <exception cref="BuildSharpException">A value is invalid; the message names the file.</exception>
    public ContainersConf Result()
    {
        var hostNamespaces = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var kind in NamespaceKinds)
        {
            // As in buildah, every value other than "host" means a new namespace.
            if (Text($"containers.{kind}ns") is { Length: > 0 } choice)
            {
                hostNamespaces[kind] = choice == "host";
            }
        }

        return new ContainersConf
        {
            Capabilities = [.. List("containers.default_capabilities", CheckCapability).Select(CapabilitySet.FullName)],
            Ulimits = List("containers.default_ulimits", text => ResourceLimit.Parse(text)),
            Sysctls = List("containers.default_sysctls", CheckPair),
            Devices = List("containers.devices", text => DeviceRequest.Parse(text)),
            CdiDirectories = List("engine.cdi_spec_dirs"),
            Volumes = List("containers.volumes", text => RunMount.OfVolume(text)),
            DnsServers = List("containers.dns_servers"),
            DnsSearches = List("containers.dns_searches"),
            DnsOptions = List("containers.dns_options"),
            ShmSize = Checked("containers.shm_size", text => RunResources.ParseSize(text)),
            Network = Text("containers.netns"),
            Networking = Networking(),
            HostNamespaces = hostNamespaces,
            ContainerNameAsHostname = Flag("containers.container_name_as_hostname"),
            BaseHostsFile = Checked("containers.base_hosts_file", CheckHostsFile),
            HostAddress = Checked("containers.host_containers_internal_ip", CheckAddress),
            EngineEnvironment = EngineEnvironment(),
            Runtime = Checked("engine.runtime", _ => { }),
            Runtimes = _runtimes,
            Retry = _scalars.TryGetValue("engine.retry", out var retry)
                ? retry is long and >= 0 and <= int.MaxValue ? (long)retry : throw Wrong("engine.retry", "must be a whole number, 0 or more")
                : null,
            RetryDelay = Checked("engine.retry_delay", _ => { }),
            TemporaryDirectory = Checked("engine.image_copy_tmp_dir", CheckTemporaryDirectory),
            Warnings = _warnings,
            Notes = _notes,
        };
    }

    private void Take(string file, string key, object value)
    {
        if (ContainersConfKeys.IsScalar(key))
        {
            _scalars[key] = value;
        }
        else if (ContainersConfKeys.IsList(key))
        {
            if (!_lists.TryGetValue(key, out var list))
            {
                _lists[key] = list = new AppendableList(Standard(key));
            }

            list.Take(value, $"{file}: {key}");
        }
        else if (ContainersConfKeys.IsRuntime(key))
        {
            var places = new AppendableList([]);
            places.Take(value, $"{file}: {key}");
            _runtimes[key[ContainersConfKeys.Runtimes.Length..]] = places.Items;
        }
        else if (ContainersConfKeys.IsWithoutEffect(key))
        {
            _notes.Add($"{file}: {key} has no effect here");
        }
        else
        {
            _warnings.Add($"{file}: unknown key {key}");
        }

        _files[key] = file;
    }

    private static IReadOnlyList<string> Standard(string key) => key switch
    {
        "containers.default_capabilities" => CapabilitySet.DefaultNames,
        "engine.helper_binaries_dir" => new NetworkSettings().HelperDirectories,
        _ => [],
    };

    private IReadOnlyList<string> List(string key, Action<string>? check = null)
    {
        if (!_lists.TryGetValue(key, out var list))
        {
            return Standard(key);
        }

        foreach (var item in list.Items)
        {
            Check(key, item, check);
        }

        return list.Items;
    }

    private string? Text(string key) =>
        _scalars.TryGetValue(key, out var value) ? value as string ?? throw Wrong(key, "must be a string") : null;

    private bool Flag(string key) =>
        _scalars.TryGetValue(key, out var value) && (value as bool? ?? throw Wrong(key, "must be true or false"));

    /// <summary>A checked text; null when it is empty or not set.</summary>
    private string? Checked(string key, Action<string> check)
    {
        if (Text(key) is not { Length: > 0 } text)
        {
            return null;
        }

        Check(key, text, check);
        return text;
    }

    private void Check(string key, string value, Action<string>? check)
    {
        try
        {
            check?.Invoke(value);
        }
        catch (FormatException error)
        {
            throw Wrong(key, $"\"{value}\": {error.Message}", error);
        }
    }

    private BuildSharpException Wrong(string key, string problem, Exception? cause = null) => new($"{_files[key]}: {key}: {problem}", cause);

    private NetworkSettings Networking()
    {
        var usual = new NetworkSettings();
        return usual with
        {
            HelperDirectories = List("engine.helper_binaries_dir"),
            DefinitionDirectory = Checked("network.network_config_dir", CheckDirectory) ?? usual.DefinitionDirectory,
            DefaultNetwork = Checked("network.default_network", _ => { }) ?? usual.DefaultNetwork,
            DefaultSubnet = Checked("network.default_subnet", text => IPNetwork.Parse(text)) ?? usual.DefaultSubnet,
            FirewallDriver = Checked("network.firewall_driver", text => CheckWord(text, "firewalld", "iptables", "none", "nftables")),
            RootlessHelper = Checked("network.default_rootless_network_cmd", text => CheckWord(text, "pasta", "slirp4netns")),
            PastaOptions = List("network.pasta_options"),
        };
    }

    private Dictionary<string, string> EngineEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in List("engine.env"))
        {
            var equals = entry.IndexOf('=');
            if (equals <= 0)
            {
                throw new BuildSharpException(
                    $"invalid environment variable \"{entry}\" from containers.conf, valid configuration is KEY=value pair ({_files["engine.env"]})");
            }

            // The first entry for a variable wins, as in buildah, which does not override a variable that is set.
            variables.TryAdd(entry[..equals], entry[(equals + 1)..]);
        }

        return variables;
    }

    private static void CheckCapability(string name)
    {
        if (!CapabilitySet.All.Has(CapabilitySet.FullName(name)))
        {
            throw new FormatException("unknown capability");
        }
    }

    private static void CheckPair(string text)
    {
        if (text.IndexOf('=') <= 0)
        {
            throw new FormatException("expected NAME=VALUE");
        }
    }

    private static void CheckWord(string text, params string[] words)
    {
        if (!words.Contains(text))
        {
            throw new FormatException($"expected {string.Join(" or ", words)}");
        }
    }

    private static void CheckDirectory(string text)
    {
        if (!text.StartsWith('/'))
        {
            throw new FormatException("expected an absolute path");
        }
    }

    private static void CheckHostsFile(string text)
    {
        if (text is not ("image" or "none") && !text.StartsWith('/'))
        {
            throw new FormatException("expected image, none or an absolute path");
        }
    }

    private static void CheckAddress(string text)
    {
        if (text != "none" && !IPAddress.TryParse(text, out _))
        {
            throw new FormatException("expected an IP address or none");
        }
    }

    private static void CheckTemporaryDirectory(string text)
    {
        if (text != "storage" && !text.StartsWith('/'))
        {
            throw new FormatException("expected storage or an absolute path");
        }
    }
}
