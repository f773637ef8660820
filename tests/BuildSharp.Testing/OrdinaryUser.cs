using System.Globalization;

namespace BuildSharp.Testing;

/// <summary>
/// A user with an account and without rights, outside any user namespace: programs that need one make it themselves. Nothing of the machine
/// changes: in a mount namespace of each program, /etc/passwd, /etc/subuid and /etc/subgid are files with this user's lines. Needs root.
/// </summary>
public sealed class OrdinaryUser : IDisposable
{
    /// <summary>The name of the account.</summary>
    public const string Name = "tester";

    private const string Script = """
        mount --bind "$1" /etc/passwd; mount --bind "$2" /etc/subuid; mount --bind "$2" /etc/subgid; shift 2
        exec setpriv --reuid "$0" --regid "$0" --clear-groups env -u USER -u LOGNAME "$@"
        """;

    private readonly TemporaryDirectory _files = new();

    /// <summary>Writes the lines.</summary>
    /// <param name="hasRange">Whether 65,536 further ids are his. They are those of <see cref="UnprivilegedUser"/>.</param>
    public OrdinaryUser(bool hasRange)
    {
        _files.Write("passwd", $"root:x:0:0:root:/root:/bin/sh\n{Name}:x:{UnprivilegedUser.Id}:{UnprivilegedUser.Id}::/nowhere:/bin/sh\n");
        _files.Write("ranges", hasRange ? $"{Name}:600000:65536\n" : "");
    }

    /// <summary>The same program, run by this user.</summary>
    public Tool Running(Tool tool) => tool.StartedBy(
        "unshare", "--mount", "sh", "-ec", Script, UnprivilegedUser.Id.ToString(CultureInfo.InvariantCulture), _files["passwd"], _files["ranges"]);

    public void Dispose() => _files.Dispose();
}
