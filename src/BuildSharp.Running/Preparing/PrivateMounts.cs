using System.Globalization;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;

namespace BuildSharp.Running.Preparing;

/// <summary>Mounts in the bundle that exist only in the mount namespace of the runtime. They end with it, so a killed builder leaves neither
/// a mount nor the content of a secret.</summary>
internal sealed class PrivateMounts(Bundle bundle)
{
    private const string Memory = "private";
    private const string Config = "config.json";

    private readonly List<PinnedSource> _pinned = [];
    private readonly List<(string Target, string Options)> _memories = [];
    private readonly List<PrivateFile> _files = [];
    private byte[]? _config;

    /// <summary>Makes the mounts; null when there are none. For <see cref="ChildProcess"/>.</summary>
    public Action? Making => _pinned.Count + _memories.Count + _files.Count == 0 && _config is null ? null : Make;

    /// <summary>Path in the bundle for a source that must not leave its root. The source is opened when it is mounted, so that it is not
    /// exchanged for a link before the runtime uses it.</summary>
    /// <param name="root">The root.</param>
    /// <param name="source">Path in it.</param>
    /// <param name="isDirectory">Whether the source is a directory.</param>
    public string Pin(string root, string source, bool isDirectory)
    {
        var target = Path.Combine(bundle.Path, $"source{_pinned.Count}");
        if (isDirectory)
        {
            Directory.CreateDirectory(target);
        }
        else
        {
            File.Create(target).Dispose();
        }

        _pinned.Add(new PinnedSource(root, source, target));
        return target;
    }

    /// <summary>Path in the bundle for a tmpfs with options.</summary>
    public string AddMemory(IEnumerable<string> options)
    {
        var target = Directory.CreateDirectory(Path.Combine(bundle.Path, $"memory{_memories.Count}")).FullName;
        _memories.Add((target, string.Join(',', options)));
        return target;
    }

    /// <summary>Path in the bundle for a secret, which is written to memory.</summary>
    public string Add(SecretMount secret)
    {
        var name = _files.Count.ToString(CultureInfo.InvariantCulture);
        _files.Add(new PrivateFile(name, secret));
        return Path.Combine(bundle.Path, Memory, name);
    }

    /// <summary>Writes the config of the bundle to memory, because it has secrets among the variables.</summary>
    public void AddConfig(byte[] config)
    {
        _config = config;
        File.CreateSymbolicLink(Path.Combine(bundle.Path, Config), Path.Combine(Memory, Config));
    }

    private void Make()
    {
        try
        {
            foreach (var pinned in _pinned)
            {
                using var root = DirectoryHandle.Open(pinned.Root);
                using var source = root.OpenFile(pinned.Source, OpenFlags.Path);
                Mount.Bind(source, pinned.Target);
            }

            foreach (var (target, options) in _memories)
            {
                Mount.Attach("tmpfs", target, "tmpfs", MountFlags.None, options);
            }

            if (_files.Count > 0 || _config is not null)
            {
                MakeFiles();
            }
        }
        catch (LinuxException error)
        {
            throw new BuildSharpException($"preparing the mounts of the command: {error.Message}", error);
        }
    }

    private void MakeFiles()
    {
        var place = Path.Combine(bundle.Path, Memory);
        Directory.CreateDirectory(place);
        Mount.Attach("tmpfs", place, "tmpfs", MountFlags.NoSetUid | MountFlags.NoDevices, "mode=0700");
        using var directory = DirectoryHandle.Open(place);
        foreach (var (name, secret) in _files)
        {
            secret.Secret.Use(secret.Id, content => Write(directory, name, content));
            directory.SetOwner(name, secret.Owner.Uid, secret.Owner.Gid);
            directory.SetMode(name, secret.Mode);
        }

        if (_config is not null)
        {
            Write(directory, Config, _config);
        }
    }

    private static void Write(DirectoryHandle directory, string name, ReadOnlySpan<byte> content)
    {
        using var file = directory.CreateFile(name, Octal.O600);
        FileDescriptor.Write(file, content);
    }

    private sealed record PinnedSource(string Root, string Source, string Target);

    private sealed record PrivateFile(string Name, SecretMount Secret);
}
