using BuildSharp.Containers.Adding.Targets;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Running;

namespace BuildSharp.Containers.Adding.Digests;

/// <summary>Hashes the source of a bind mount as buildah 1.43 does, so that history entries are equal: the digest of a tar of the tree with
/// the top directory, as Go's archive/tar writes it, with all times zero and with account names of this machine. Ignore files have no
/// effect, because the mount shows all files.</summary>
public sealed class MountedDigest : IDisposable
{
    // The name that the top has relative to itself.
    private static readonly byte[] Top = "."u8.ToArray();

    private readonly ItemDigest _digest;
    private readonly AccountFiles _accounts;
    private readonly CancellationToken _cancellation;

    private MountedDigest(AccountFiles accounts, ItemDigest digest, CancellationToken cancellation) =>
        (_accounts, _digest, _cancellation) = (accounts, digest, cancellation);

    /// <summary>The digest of a file or a directory.</summary>
    /// <param name="root">Absolute path of the context.</param>
    /// <param name="source">Path in it; links do not lead out of it.</param>
    /// <param name="files">Takes down what the digest covers; null for nothing.</param>
    /// <param name="known">Remembers the digests of files and sources; null for not.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="BuildSharpException">The source does not exist or cannot be read.</exception>
    public static Digest Of(string root, string source, FileRecorder? files, FileDigests? known, CancellationToken cancellation)
    {
        try
        {
            using var machine = DirectoryHandle.Open("/");
            using var context = DirectoryHandle.Open(root);
            var path = ResolvedPath.Of(context, System.Text.Encoding.UTF8.GetBytes(source));
            using var directory = context.TryOpenDirectory(path);
            var place = source.Trim('/') + (directory is null || source.Trim('/').Length == 0 ? "" : "/");
            var accounts = ContainerAccounts.Read(machine);
            if (known is not null)
            {
                using var remembered = new MountedDigest(accounts, ItemDigest.OfKnown(known, files, place), cancellation);
                if (remembered.Of(context, path, directory) is { IsDefault: false } found)
                {
                    return found;
                }

                // They are taken down already.
                files = null;
            }

            using var digest = new MountedDigest(accounts, new ItemDigest(gnuFormat: false, files, place, known), cancellation);
            return digest.Of(context, path, directory);
        }
        catch (LinuxException error)
        {
            throw new BuildSharpException($"generating checksum for {source} in {root}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _digest.Dispose();

    private Digest Of(DirectoryHandle context, byte[] path, DirectoryHandle? directory)
    {
        if (directory is not null)
        {
            AddTree(directory);
        }
        else
        {
            Add(context, path, Top);
        }

        return _digest.Complete();
    }

    private void AddTree(DirectoryHandle directory)
    {
        Add(directory, "."u8.ToArray(), Top);
        using var walk = new DirectoryWalk(directory, isSorted: true);
        while (walk.MoveNext())
        {
            Add(walk.Directory, walk.Current.Name, walk.Path);
            walk.TryEnter();
        }
    }

    private void Add(DirectoryHandle directory, byte[] name, byte[] path)
    {
        _cancellation.ThrowIfCancellationRequested();
        var status = directory.Stat(name);
        if (status.Type == FileType.Socket)
        {
            // A tar has no sockets.
            return;
        }

        var header = new TarHeader
        {
            Name = path,
            Type = TypeOf(status.Type),
            Mode = status.Mode,
            Uid = status.Uid,
            Gid = status.Gid,
            UserName = _accounts.NameOfUser(status.Uid) ?? "",
            GroupName = _accounts.NameOfGroup(status.Gid) ?? "",
            Size = status.IsRegular ? status.Size : 0,
            LinkName = status.IsSymbolicLink ? directory.ReadLink(name) : [],
            DeviceMajor = status.DeviceMajor,
            DeviceMinor = status.DeviceMinor,
        };
        if (!status.IsRegular)
        {
            _digest.Add(header, Stream.Null);
            return;
        }

        if (_digest.TryFind(status, out var remembered))
        {
            _digest.AddKnown(header, remembered);
            return;
        }

        // Non-blocking, because another process may have replaced the file by a pipe since its status was read.
        using var file = directory.OpenFile(name, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        using var content = new FileContent(file, _cancellation);
        _digest.AddFile(header, content, file, status, hasXattrs: CopiedXattrs.Read(directory, name).Count > 0);
    }

    private static TarEntryType TypeOf(FileType type) => type switch
    {
        FileType.Directory => TarEntryType.Directory,
        FileType.SymbolicLink => TarEntryType.SymbolicLink,
        FileType.CharacterDevice => TarEntryType.CharacterDevice,
        FileType.BlockDevice => TarEntryType.BlockDevice,
        FileType.Fifo => TarEntryType.Fifo,
        _ => TarEntryType.RegularFile,
    };
}
