using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Layers.Compression;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Transports.Archives;

/// <summary>Random access to the members of a tar. An uncompressed file is read in place; a compressed file or a pipe is first unpacked to
/// an unnamed temporary file.</summary>
internal sealed class TarArchive : IDisposable
{
    private const int MostMembers = 100_000;

    private readonly FileStream _file;
    private readonly Dictionary<string, Member> _members;

    private TarArchive(string name, FileStream file, Dictionary<string, Member> members)
    {
        Name = name;
        _file = file;
        _members = members;
    }

    /// <summary>The path as given, for messages.</summary>
    public string Name { get; }

    /// <summary>Opens a tar and lists its members. Contents are read later.</summary>
    /// <param name="path">A file, or <c>/dev/stdin</c>.</param>
    /// <param name="temporaryDirectory">Directory for the temporary file.</param>
    /// <param name="cancellationToken">Stops the unpacking.</param>
    /// <exception cref="BuildSharpException">The file does not exist or is not a tar.</exception>
    public static async Task<TarArchive> OpenAsync(string path, string temporaryDirectory, CancellationToken cancellationToken)
    {
        FileStream? file = null;
        try
        {
            file = OpenFile(path);
            file = await MakePlainAsync(file, temporaryDirectory, cancellationToken).ConfigureAwait(false);
            var archive = new TarArchive(path, file, List(file, path));
            file = null;
            return archive;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"reading {path}: {(e as LinuxException)?.Reason ?? e.Message}", e);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Opens a regular file, or a descriptor of this process. Refuses a pipe or device by its own name: opening a pipe may block
    /// for ever, and a device may never end.</summary>
    private static FileStream OpenFile(string path)
    {
        if (path == "/dev/stdin" || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal))
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }

        return new FileStream(
            FileDescriptor.TryOpenRegular(path) ?? throw new LinuxException("open", path, Errno.ENOENT), FileAccess.Read, bufferSize: 0);
    }

    /// <summary>Whether the archive has the member, as a regular file or a link.</summary>
    public bool Contains(string member) => _members.ContainsKey(member);

    /// <summary>Opens a member; null when it does not exist. Follows at most one link, which must lead to a regular file.</summary>
    public Stream? Open(string member) => Resolve(member) is { } found ? new MemberStream(_file.SafeFileHandle, found.Offset, found.Size) : null;

    /// <summary>Offset and size of a member in the tar, to detect two names of the same file; null when it does not exist.</summary>
    public (long Offset, long Size)? Locate(string member) => Resolve(member) is { } found ? (found.Offset, found.Size) : null;

    public void Dispose() => _file.Dispose();

    private Member? Resolve(string name)
    {
        if (!_members.TryGetValue(name, out var member))
        {
            return null;
        }

        if (member.LinkTo is null)
        {
            return member;
        }

        return _members.TryGetValue(member.LinkTo, out var target) && target.LinkTo is null
            ? target
            : throw new BuildSharpException($"{Name}: {name} is a link to {member.LinkTo}, which is no file of the archive");
    }

    private static async Task<FileStream> MakePlainAsync(FileStream file, string temporaryDirectory, CancellationToken cancellationToken)
    {
        if (file.CanSeek)
        {
            var head = new byte[6];
            var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            file.Position = 0;
            if (Compression.Detect(head.AsSpan(0, length)) == CompressionKind.None)
            {
                return file;
            }
        }

        using var plain = Compression.OpenDecompressing(file);
        Directory.CreateDirectory(temporaryDirectory);
        var spool = new FileStream(Path.Combine(temporaryDirectory, $"buildsharp-{RandomBytes.Hex(32)}"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        // Unlink the file while it is open, so that a killed process leaves nothing behind.
        File.Delete(spool.Name);
        try
        {
            await plain.CopyToAsync(spool, 256 * 1024, cancellationToken).ConfigureAwait(false);
            spool.Position = 0;
            return spool;
        }
        catch
        {
            await spool.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static Dictionary<string, Member> List(FileStream file, string name)
    {
        var members = new Dictionary<string, Member>(StringComparer.Ordinal);
        var reader = new TarReader(file, name: name);
        while (reader.ReadNext() is { } header)
        {
            if (members.Count == MostMembers)
            {
                throw new BuildSharpException($"{name} has more than {MostMembers:N0} members");
            }

            var member = Clean(header.NameText);
            if (member is null || header.SparseExtents is not null)
            {
                continue;
            }

            // A later member of the same name replaces an earlier one, as when unpacking.
            switch (header.Type)
            {
                case TarEntryType.RegularFile or TarEntryType.ContiguousFile:
                    members[member] = new Member(reader.ContentOffset, header.Size, null);
                    break;
                case TarEntryType.HardLink when Clean(header.LinkNameText) is { } target:
                    members[member] = new Member(0, 0, target);
                    break;
                case TarEntryType.SymbolicLink when Clean($"{member}/../{header.LinkNameText}") is { } target:
                    members[member] = new Member(0, 0, target);
                    break;
            }
        }

        return members;
    }

    /// <summary>Path of a member without <c>.</c> and <c>..</c>; null when it is absolute or leaves the archive.</summary>
    private static string? Clean(string path)
    {
        if (path.StartsWith('/'))
        {
            return null;
        }

        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count == 0)
            {
                return null;
            }
            else
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return parts.Count == 0 ? null : string.Join('/', parts);
    }

    private sealed record Member(long Offset, long Size, string? LinkTo);

    /// <summary>A range of the file, read by position, so that several members can be read in parallel.</summary>
    private sealed class MemberStream(SafeFileHandle file, long offset, long size) : ReadOnlyStream
    {
        private long _position;

        public override long Length => size;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var wanted = (int)Math.Min(buffer.Length, size - _position);
            var read = wanted == 0 ? 0 : RandomAccess.Read(file, buffer[..wanted], offset + _position);
            _position += read;
            return read;
        }
    }
}
