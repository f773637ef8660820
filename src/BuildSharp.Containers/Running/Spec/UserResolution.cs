using System.Globalization;
using BuildSharp.Containers.Adding;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Running;

/// <summary>Resolves <c>user[:group]</c> to numbers with the container's account files.</summary>
internal static class UserResolution
{
    /// <summary>Word in <c>--group-add</c> for the groups of our own process.</summary>
    public const string KeepGroups = "keep-groups";

    /// <summary>Resolves a user as written in <c>USER</c> and <c>--user</c>.</summary>
    /// <param name="user">Name or number, optionally with <c>:group</c>; empty for root.</param>
    /// <param name="passwd">Content of the container's /etc/passwd; empty when it has none.</param>
    /// <param name="group">Content of the container's /etc/group; empty when it has none.</param>
    /// <param name="groupAdd">Additional supplementary groups (<c>--group-add</c>).</param>
    /// <param name="ownGroups">Groups that <see cref="KeepGroups"/> stands for.</param>
    /// <returns>The numbers. As in buildah, an explicit group disables the supplementary groups of /etc/group.</returns>
    /// <exception cref="BuildSharpException">A name is in neither file.</exception>
    public static SpecUser Resolve(string user, string passwd, string group, IEnumerable<string> groupAdd, IReadOnlyList<uint> ownGroups)
    {
        var colon = user.IndexOf(':');
        var userPart = colon < 0 ? user : user[..colon];
        var groupPart = colon < 0 ? "" : user[(colon + 1)..];
        var account = FindAccount(userPart, passwd);
        var gids = new List<uint>();
        uint gid;
        if (groupPart.Length > 0)
        {
            gid = FindGroup(groupPart, group)
                ?? throw new UnknownAccountException($"determining run gid: group: unknown group error looking up group \"{groupPart}\"");
            gids.Add(gid);
        }
        else
        {
            gid = account.Gid;
            gids.Add(gid);
            AddDistinct(gids, Groups(group).Where(entry => account.Name is not null && entry.Members.Contains(account.Name)).Select(entry => entry.Gid));
        }

        AddDistinct(gids, groupAdd.SelectMany(extra => extra == KeepGroups ? ownGroups : [FindGroup(extra, group)
            ?? throw new BuildSharpException($"--group-add {extra}: the container's /etc/group has no such group")]));
        return new SpecUser(account.Uid, gid, gids);
    }

    private static void AddDistinct(List<uint> gids, IEnumerable<uint> more)
    {
        foreach (var gid in more)
        {
            if (!gids.Contains(gid))
            {
                gids.Add(gid);
            }
        }
    }

    private static Account FindAccount(string user, string passwd)
    {
        var wanted = user.Length == 0 ? "0" : user;
        foreach (var account in Accounts(passwd))
        {
            if (account.Name == wanted)
            {
                return account;
            }
        }

        if (!TryParseId(wanted, out var uid))
        {
            throw new UnknownAccountException($"determining run uid: user: unknown user error looking up user \"{user}\"");
        }

        foreach (var account in Accounts(passwd))
        {
            if (account.Uid == uid)
            {
                return account;
            }
        }

        return new Account(null, uid, 0);
    }

    private static uint? FindGroup(string wanted, string group)
    {
        foreach (var entry in Groups(group))
        {
            if (entry.Name == wanted)
            {
                return entry.Gid;
            }
        }

        return TryParseId(wanted, out var gid) ? gid : null;
    }

    // Skips malformed lines. buildah stops at the first one and then reports later users as unknown.
    private static IEnumerable<Account> Accounts(string passwd)
    {
        foreach (var line in passwd.Split('\n'))
        {
            var fields = line.TrimEnd('\r').Split(':');
            if (fields.Length == 7 && TryParseId(fields[2], out var uid) && TryParseId(fields[3], out var gid))
            {
                yield return new Account(fields[0], uid, gid);
            }
        }
    }

    private static IEnumerable<Group> Groups(string group)
    {
        foreach (var line in group.Split('\n'))
        {
            var fields = line.TrimEnd('\r').Split(':');
            if (fields.Length == 4 && TryParseId(fields[2], out var gid))
            {
                yield return new Group(fields[0], gid, fields[3].Split(','));
            }
        }
    }

    private static bool TryParseId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private readonly record struct Account(string? Name, uint Uid, uint Gid);

    private readonly record struct Group(string Name, uint Gid, string[] Members);
}
