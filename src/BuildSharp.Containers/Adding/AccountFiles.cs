using System.Globalization;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Adding;

/// <summary><c>/etc/passwd</c> and <c>/etc/group</c> of a root file system, opened inside that root.</summary>
internal sealed class AccountFiles
{
    private const long SizeLimit = 4 << 20;

    private const string Root = "root";

    private readonly List<(string Name, uint Uid, uint Gid)> _users = [];
    private readonly List<(string Name, uint Gid)> _groups = [];

    private AccountFiles()
    {
    }

    /// <summary>Reads the files. A missing file has no entries; malformed lines are skipped.</summary>
    public static AccountFiles Read(DirectoryHandle root)
    {
        var result = new AccountFiles();
        foreach (var fields in Lines(root, "etc/passwd"))
        {
            if (fields.Length == 7 && TryNumber(fields[2], out var uid) && TryNumber(fields[3], out var gid))
            {
                result._users.Add((fields[0], uid, gid));
            }
        }

        foreach (var fields in Lines(root, "etc/group"))
        {
            if (fields.Length == 4 && TryNumber(fields[2], out var gid))
            {
                result._groups.Add((fields[0], gid));
            }
        }

        return result;
    }

    /// <summary>Resolves <c>user[:group]</c>. A number need not be in the files. A user number without a group is also the group's number;
    /// a user name without a group takes the group of its passwd entry. As in BuildKit, <c>root</c> needs no files, which some images
    /// lack.</summary>
    /// <exception cref="BuildSharpException">A name is unknown, or the text is empty.</exception>
    public (uint Uid, uint Gid) Resolve(string spec)
    {
        var colon = spec.IndexOf(':');
        var user = colon < 0 ? spec : spec[..colon];
        var group = colon < 0 ? "" : spec[(colon + 1)..];
        if (user.Length == 0 && group.Length == 0)
        {
            throw new BuildSharpException($"looking up UID/GID for \"{spec}\": can't find uid for user {spec}");
        }

        uint uid = 0;
        uint gid = 0;
        if (TryNumber(user, out var number))
        {
            uid = gid = number;
        }
        else if (user.Length > 0)
        {
            var known = _users.Find(entry => entry.Name == user);
            (uid, gid) = known.Name is not null ? (known.Uid, known.Gid) : user == Root ? (0u, 0u) : throw Unknown(spec, "user", user);
        }

        if (group.Length > 0 && !TryNumber(group, out gid))
        {
            var known = _groups.Find(entry => entry.Name == group);
            gid = known.Name is not null ? known.Gid : group == Root ? 0u : throw Unknown(spec, "group", group);
        }

        return (uid, gid);
    }

    private static UnknownAccountException Unknown(string spec, string what, string name) =>
        new($"looking up UID/GID for \"{spec}\": {what}: unknown {what} error looking up {what} \"{name}\"");

    private static bool TryNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static IEnumerable<string[]> Lines(DirectoryHandle root, string path)
    {
        // Do not open a pipe or device in an untrusted image: opening could block.
        if (!root.TryStat(path, out var status, followLinks: true) || !status.IsRegular || status.Size > SizeLimit)
        {
            return [];
        }

        using var file = root.TryOpenFile(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (file is null)
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(file, FileAccess.Read), Encoding.UTF8);
        return reader.ReadToEnd().Split('\n').Select(line => line.Split(':')).ToList();
    }
}
