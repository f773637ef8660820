using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Containers.Adding;

/// <summary>The owner that <c>--chown</c> names.</summary>
internal static class NewOwner
{
    /// <summary>Whether the text has numbers only, which are the same in every container.</summary>
    public static bool IsNumeric(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept("0123456789:");

    /// <summary>Resolves <c>user[:group]</c> with the account files of the root that the files are copied to. A user number without a
    /// group is also the group's number; a user name without a group takes the group of its passwd entry.</summary>
    /// <exception cref="BuildSharpException">A name is unknown, or the text is empty.</exception>
    /// <param name="root">The root; null for a text with numbers only.</param>
    /// <param name="text">The text.</param>
    public static (uint Uid, uint Gid) Resolve(DirectoryHandle? root, string text)
    {
        var spec = UserSpec.Parse(text);
        if (spec.User.Length == 0 && spec.Group.Length == 0)
        {
            throw new BuildSharpException($"looking up UID/GID for \"{text}\": can't find uid for user {text}");
        }

        var files = root is null ? AccountFiles.Parse("", "") : ContainerAccounts.Read(root);
        var account = files.FindUser(spec.User.Length == 0 ? "0" : spec.User) ?? throw Unknown(text, "user", spec.User);
        if (spec.Group.Length > 0)
        {
            return (account.Uid, files.FindGroup(spec.Group) ?? throw Unknown(text, "group", spec.Group));
        }

        return (account.Uid, UserSpec.TryParseId(spec.User, out var number) ? number : account.Gid!.Value);
    }

    private static UnknownAccountException Unknown(string spec, string what, string name) =>
        new($"looking up UID/GID for \"{spec}\": {what}: unknown {what} error looking up {what} \"{name}\"");
}
