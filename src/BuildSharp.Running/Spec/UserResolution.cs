using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Running.Spec;

/// <summary>Resolves <c>user[:group]</c> to numbers with the container's account files.</summary>
internal static class UserResolution
{
    /// <summary>Word in <c>--group-add</c> for the groups of our own process.</summary>
    public const string KeepGroups = "keep-groups";

    /// <summary>Resolves a user as written in <c>USER</c> and <c>--user</c>.</summary>
    /// <param name="user">Name or number, optionally with <c>:group</c>; empty for root.</param>
    /// <param name="files">The container's account files.</param>
    /// <param name="groupAdd">Additional supplementary groups (<c>--group-add</c>).</param>
    /// <param name="ownGroups">Groups that <see cref="KeepGroups"/> stands for.</param>
    /// <returns>The numbers. As in buildah, an explicit group disables the supplementary groups of /etc/group.</returns>
    /// <exception cref="BuildSharpException">A name is in neither file.</exception>
    public static SpecUser Resolve(string user, AccountFiles files, IEnumerable<string> groupAdd, IReadOnlyList<uint> ownGroups)
    {
        var spec = UserSpec.Parse(user);
        var account = files.FindUser(spec.User.Length == 0 ? "0" : spec.User)
            ?? throw new UnknownAccountException($"determining run uid: user: unknown user error looking up user \"{spec.User}\"");
        var gid = spec.Group.Length == 0 ? account.Gid ?? 0 : files.FindGroup(spec.Group)
            ?? throw new UnknownAccountException($"determining run gid: group: unknown group error looking up group \"{spec.Group}\"");
        var listed = spec.Group.Length == 0 && account.Name is not null ? files.GroupsOf(account.Name) : [];
        var added = groupAdd.SelectMany(extra => extra == KeepGroups ? ownGroups : [files.FindGroup(extra)
            ?? throw new BuildSharpException($"--group-add {extra}: the container's /etc/group has no such group")]);
        return new SpecUser(account.Uid, gid, [.. new[] { gid }.Concat(listed).Concat(added).Distinct()]);
    }
}
