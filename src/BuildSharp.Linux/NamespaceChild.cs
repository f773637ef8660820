using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>This program once more, as root of a new user and mount namespace (user_namespaces(7)). It starts when its ids are
/// mapped.</summary>
public sealed class NamespaceChild : IDisposable
{
    private readonly SafeFileHandle _open;
    private readonly ChildProcess _process;

    private NamespaceChild(ChildProcess process, SafeFileHandle open)
    {
        _process = process;
        _open = open;
    }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts the program.</summary>
    /// <param name="arguments">Its name and arguments.</param>
    /// <param name="environment">Its environment, as <c>NAME=value</c>.</param>
    /// <returns>The child, which is ended when the calling thread ends.</returns>
    /// <exception cref="LinuxException">The kernel refuses the namespaces.</exception>
    public static NamespaceChild Start(IReadOnlyList<string> arguments, IEnumerable<string> environment)
    {
        var (waiting, open) = Pipe.Open();
        using (waiting)
        {
            try
            {
                return new NamespaceChild(ChildProcess.Started(NamespaceFork.Start(arguments, [.. environment], waiting, open), "/proc/self/exe"), open);
            }
            catch
            {
                open.Dispose();
                throw;
            }
        }
    }

    /// <summary>Maps the child's ids by the programs newuidmap and newgidmap (newuidmap(1)), which may map ids other than the user's
    /// own.</summary>
    /// <param name="program">Path of one of the two.</param>
    /// <param name="own">The user's own user or group id, which becomes 0.</param>
    /// <param name="ranges">The ids that follow.</param>
    /// <returns>Null when it is done; else what the program said, and no id is mapped.</returns>
    public async Task<string?> MapAsync(string program, uint own, IReadOnlyList<SubordinateIds> ranges)
    {
        var words = new List<string> { Text(Id), "0", Text(own), "1" };
        uint next = 1;
        foreach (var range in ranges)
        {
            words.AddRange([Text(next), Text(range.First), Text(range.Count)]);
            next += range.Count;
        }

        var (reading, writing) = Pipe.Open();
        using (reading)
        {
            ChildProcess mapper;
            using (writing)
            {
                mapper = ChildProcess.Start(program, words, [], ChildStream.Null, ChildStream.Null, ChildStream.To(writing));
            }

            // It says a line or two.
            var said = new byte[2048];
            var length = 0;
            for (int read; length < said.Length && (read = FileDescriptor.Read(reading, said.AsSpan(length))) > 0; length += read)
            {
            }

            return await mapper.Ended.ConfigureAwait(false) == 0 ? null : Encoding.UTF8.GetString(said, 0, length).Trim();
        }
    }

    /// <summary>Maps all user ids of this process's namespace to themselves, which needs CAP_SETUID.</summary>
    /// <exception cref="LinuxException">EPERM without the right.</exception>
    public void MapSameUsers() => Write("uid_map", UserNamespace.SameUsers);

    /// <summary>Maps all group ids of this process's namespace to themselves, which needs CAP_SETGID.</summary>
    /// <exception cref="LinuxException">EPERM without the right.</exception>
    public void MapSameGroups() => Write("gid_map", UserNamespace.SameGroups);

    /// <summary>Maps the user's own user id only, which needs no rights.</summary>
    public void MapOwnUser(uint own) => Write("uid_map", $"0 {Text(own)} 1\n");

    /// <summary>Maps the user's own group id only. The kernel then allows no change of the supplementary groups.</summary>
    public void MapOwnGroup(uint own)
    {
        Write("setgroups", "deny");
        Write("gid_map", $"0 {Text(own)} 1\n");
    }

    /// <summary>Lets the child go on, after its ids are mapped.</summary>
    public ChildProcess Release()
    {
        FileDescriptor.Write(_open, "\n"u8);
        return _process;
    }

    /// <summary>A child that was not released cannot do anything, and ends.</summary>
    public void Dispose() => _open.Dispose();

    // In a user namespace without any rights outside, the file belongs to the user. A map is written at once.
    private void Write(string file, string text)
    {
        using var map = File.OpenHandle($"/proc/{Text(Id)}/{file}", FileMode.Open, FileAccess.Write);
        FileDescriptor.Write(map, Encoding.ASCII.GetBytes(text));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
