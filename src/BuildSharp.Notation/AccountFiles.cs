namespace BuildSharp.Notation;

/// <summary>Content of /etc/passwd and /etc/group (passwd(5), group(5)). Malformed lines are skipped; buildah stops at the first one and
/// reports later users as unknown.</summary>
public sealed class AccountFiles
{
    // As in BuildKit, root is known even without the files, which some images lack.
    private const string Root = "root";

    private readonly List<Account> _users = [];
    private readonly List<(string Name, uint Gid, string[] Members)> _groups = [];

    /// <summary>Parses both files; pass an empty text for a missing one.</summary>
    public static AccountFiles Parse(string passwd, string group)
    {
        var files = new AccountFiles();
        foreach (var fields in Lines(passwd))
        {
            if (fields.Length == 7 && UserSpec.TryParseId(fields[2], out var uid) && UserSpec.TryParseId(fields[3], out var gid))
            {
                files._users.Add(new Account(fields[0], uid, gid, fields[5]));
            }
        }

        foreach (var fields in Lines(group))
        {
            if (fields.Length == 4 && UserSpec.TryParseId(fields[2], out var gid))
            {
                files._groups.Add((fields[0], gid, fields[3].Split(',')));
            }
        }

        return files;
    }

    /// <summary>Finds a user. Numbers and root need not be in the files.</summary>
    /// <param name="user">A name or a number.</param>
    /// <returns>Null for an unknown name.</returns>
    public Account? FindUser(string user)
    {
        if (UserSpec.TryParseId(user, out var uid))
        {
            return Find(account => account.Uid == uid) ?? new Account(null, uid, null);
        }

        return Find(account => account.Name == user) ?? (user == Root ? new Account(Root, 0, 0) : null);
    }

    /// <summary>Finds a group. Numbers and root need not be in the files.</summary>
    /// <param name="group">A name or a number.</param>
    /// <returns>Null for an unknown name.</returns>
    public uint? FindGroup(string group)
    {
        if (UserSpec.TryParseId(group, out var gid))
        {
            return gid;
        }

        var known = _groups.FindIndex(entry => entry.Name == group);
        return known >= 0 ? _groups[known].Gid : group == Root ? 0 : null;
    }

    /// <summary>Name of the first user with the id; null when there is none.</summary>
    public string? NameOfUser(uint uid) => Find(account => account.Uid == uid)?.Name;

    /// <summary>Name of the first group with the id; null when there is none.</summary>
    public string? NameOfGroup(uint gid) => _groups.FindIndex(entry => entry.Gid == gid) is >= 0 and var known ? _groups[known].Name : null;

    /// <summary>Ids of the groups that list the user as a member, in the file's order.</summary>
    public IEnumerable<uint> GroupsOf(string user) => _groups.Where(entry => entry.Members.Contains(user)).Select(entry => entry.Gid);

    private Account? Find(Predicate<Account> wanted)
    {
        var place = _users.FindIndex(wanted);
        return place >= 0 ? _users[place] : null;
    }

    private static IEnumerable<string[]> Lines(string text) => text.Split('\n').Select(line => line.TrimEnd('\r').Split(':'));
}
