using System.Text;
using BuildSharp.Cli.Commands;
using BuildSharp.Linux;
using BuildSharp.Notation;

namespace BuildSharp.Cli.Namespaces;

/// <summary>Maps the ids of a user namespace: the user's own becomes root, those that /etc/subuid and /etc/subgid give him follow. Without
/// these, his own is the only one.</summary>
internal static class NamespaceIds
{
    // What useradd gives to the first user of a machine.
    private const string Usual = "100000-165535";

    /// <summary>Maps users and groups at the same time, and warns of what is missing.</summary>
    public static async Task MapAsync(NamespaceChild child, uint user, uint group, Invocation call)
    {
        var name = NameOf(user, call);
        var groups = MapAsync(child, "newgidmap", "/etc/subgid", user, group, name, call);
        var (ofUsers, ofGroups) = (
            await MapAsync(child, "newuidmap", "/etc/subuid", user, user, name, call).ConfigureAwait(false), await groups.ConfigureAwait(false));
        if (ofUsers is not null)
        {
            child.MapOwnUser(user);
        }

        if (ofGroups is not null)
        {
            child.MapOwnGroup(group);
        }

        if ((ofUsers ?? ofGroups) is { } reason)
        {
            call.Log.Warning($"files of an image can belong to one user only: {reason}");
        }
    }

    /// <summary>Maps the ids that this process has to themselves, for root without rights; without the right to do so, root's only, with a
    /// warning.</summary>
    public static void MapSame(NamespaceChild child, Invocation call)
    {
        var users = TryMap(child.MapSameUsers, () => child.MapOwnUser(0));
        var groups = TryMap(child.MapSameGroups, () => child.MapOwnGroup(0));
        if (!users || !groups)
        {
            call.Log.Warning("files of an image can belong to one user only: CAP_SETUID, CAP_SETGID or CAP_SETFCAP is missing here");
        }
    }

    private static bool TryMap(Action same, Action own)
    {
        try
        {
            same();
            return true;
        }
        catch (LinuxException error) when (error.Errno == Errno.EPERM)
        {
            own();
            return false;
        }
    }

    // Null when the ids are mapped, else what is missing and how to mend it.
    private static async Task<string?> MapAsync(NamespaceChild child, string program, string file, uint user, uint own, string? name, Invocation call)
    {
        var ranges = SubordinateIds.Of(ReadText(file), name, user);
        if (ranges.Count == 0)
        {
            return $"{file} has no range for {name ?? $"user {user}"}; \"{Remedy(name ?? $"{user}")}\", run by root, adds one";
        }

        var path = ProgramSearch.Find(program, call.Surroundings.Environment.GetValueOrDefault("PATH", ""));
        if (path is null)
        {
            return $"{program} is missing; \"apt-get install uidmap\" or \"dnf install shadow-utils\", run by root, installs it";
        }

        return await child.MapAsync(path, own, ranges).ConfigureAwait(false) is { } said
            ? $"{program} failed{(said.Length > 0 ? $": {said.ReplaceLineEndings("; ")}" : "")}; it must belong to root and be setuid, and no id of the range in {file} may be in use"
            : null;
    }

    // A name that useradd did not make has no line that usermod could change.
    private static string Remedy(string name) => $"usermod --add-subuids {Usual} --add-subgids {Usual} {name}";

    // The accounts of a directory service are not in the file.
    private static string? NameOf(uint user, Invocation call) =>
        AccountFiles.Parse(ReadText("/etc/passwd"), "").NameOfUser(user)
            ?? (call.Surroundings.Environment.GetValueOrDefault("USER") is { Length: > 0 } name ? name : null);

    private static string ReadText(string path)
    {
        try
        {
            return FileDescriptor.TryReadAll(path) is { } content ? Encoding.UTF8.GetString(content) : "";
        }
        catch (LinuxException error) when (error.Errno is Errno.EACCES or Errno.EPERM)
        {
            return "";
        }
    }
}
