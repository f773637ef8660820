using System.Globalization;
using BuildSharp.Cli.Commands;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Spec;

namespace BuildSharp.Cli.Namespaces;

/// <summary>Runs the verb of a user without rights as root of a user namespace of his own: this program starts itself there, with the same
/// command line, and waits. Root of an unprivileged container is such a user, too.</summary>
internal static class OwnNamespace
{
    /// <summary>Says that a process is in a user namespace made for it, as the containers tools do: <c>1</c> for the process of one verb,
    /// <see cref="Session"/> for a command of <c>unshare</c>.</summary>
    public const string Mark = "_CONTAINERS_USERNS_CONFIGURED";

    /// <summary>Value of <see cref="Mark"/> in a session, whose mounts last longer than one verb.</summary>
    public const string Session = "done";

    private const string OutsideUser = "_CONTAINERS_ROOTLESS_UID";
    private const string OutsideGroup = "_CONTAINERS_ROOTLESS_GID";

    /// <summary>Runs the command line in a new user and mount namespace, and returns its exit status; null where this process has all that
    /// it needs already, or is root and may not make a namespace, which not every verb needs then.</summary>
    /// <exception cref="BuildSharpException">The machine does not allow it to an ordinary user.</exception>
    public static int? Run(Invocation call)
    {
        if (ProcessIdentity.IsRoot && new CapabilitySet(ProcessIdentity.PermittedCapabilities).Has(CapabilitySet.SysAdmin))
        {
            return null;
        }

        var (user, group) = (ProcessIdentity.RealUser, ProcessIdentity.RealGroup);
        var environment = new Dictionary<string, string>(call.Surroundings.Environment, StringComparer.Ordinal)
        {
            [Mark] = "1",
            [OutsideUser] = user.ToString(CultureInfo.InvariantCulture),
            [OutsideGroup] = group.ToString(CultureInfo.InvariantCulture),
        };
        NamespaceChild child;
        try
        {
            child = NamespaceChild.Start(call.Surroundings.CommandLine, environment.Select(variable => $"{variable.Key}={variable.Value}"));
        }
        catch (LinuxException error) when (ProcessIdentity.IsRoot)
        {
            call.Debug?.Report($"no user namespace: {error.Message}");
            return null;
        }
        catch (LinuxException error)
        {
            throw NamespaceObstacle.Explain(error, call);
        }

        using (child)
        {
            NamespaceObstacle.RequireRights(child.Id, call);
            if (ProcessIdentity.IsRoot)
            {
                NamespaceIds.MapSame(child, call);
            }
            else
            {
                NamespaceIds.MapAsync(child, user, group, call).GetAwaiter().GetResult();
            }

            return ChildCommand.Run(child.Release);
        }
    }

    /// <summary>Whether the process is alone in its namespaces, so that what it mounts ends with it.</summary>
    public static bool IsForOneVerb(IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault(Mark) == "1" && UserNamespace.IsInside;
}
