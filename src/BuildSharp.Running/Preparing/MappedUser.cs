using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Preparing;

/// <summary>Refuses users that our user namespace does not have; a runtime would only say "invalid argument".</summary>
internal static class MappedUser
{
    /// <exception cref="BuildSharpException">The user or its group is not mapped.</exception>
    public static void Require(SpecUser user)
    {
        // Root always is.
        if ((user.Uid, user.Gid) != (0, 0) && !(UserNamespace.HasUser(user.Uid) && UserNamespace.HasGroup(user.Gid)))
        {
            throw new BuildSharpException(
                $"cannot run a command as {user.Uid}:{user.Gid}: it is not among the ids of this user namespace; /etc/subuid and /etc/subgid can give its user more");
        }
    }
}
