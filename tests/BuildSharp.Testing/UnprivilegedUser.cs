using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit.Sdk;

namespace BuildSharp.Testing;

/// <summary>
/// A user without rights, and a user and mount namespace of his with 65,537 ids, as <c>buildah unshare</c> makes one for somebody with a
/// line in <c>/etc/subuid</c>. Nothing of the machine changes: the test, being root, writes the namespace's maps itself. Needs root.
/// </summary>
public sealed class UnprivilegedUser : IDisposable
{
    /// <summary>His id on the machine. No account has it.</summary>
    public const int Id = 54321;

    private const string Map = "0 54321 1\n1 600000 65536\n";

    private readonly Process _holder;

    /// <summary>Makes the namespaces, which last until this is disposed, with everything mounted in them.</summary>
    public UnprivilegedUser()
    {
        var id = Id.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            "setpriv", ["--reuid", id, "--regid", id, "--clear-groups", "unshare", "--user", "--mount", "sh", "-c", "echo ready; exec cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        _holder = Process.Start(start)!;
        if (_holder.StandardOutput.ReadLine() != "ready")
        {
            throw new XunitException($"no user namespace: {_holder.StandardError.ReadToEnd()}");
        }

        foreach (var file in new[] { "uid_map", "gid_map" })
        {
            // The kernel takes a map in one write only.
            using var map = File.OpenHandle($"/proc/{_holder.Id}/{file}", FileMode.Open, FileAccess.Write);
            RandomAccess.Write(map, Encoding.ASCII.GetBytes(Map), 0);
        }
    }

    /// <summary>The same program, run by this user as root of his namespaces.</summary>
    public Tool Entering(Tool tool)
    {
        var id = Id.ToString(CultureInfo.InvariantCulture);
        return tool.WithEnvironment("_CONTAINERS_USERNS_CONFIGURED", "done")
            .WithEnvironment("_CONTAINERS_ROOTLESS_UID", id)
            .WithEnvironment("_CONTAINERS_ROOTLESS_GID", id)
            .WithEnvironment("BUILDAH_ISOLATION", "rootless")
            .StartedBy(
                "nsenter", "--user", "--mount", "--target", _holder.Id.ToString(CultureInfo.InvariantCulture), "--setuid", "0", "--setgid", "0",
                "--", "env", "-C", tool.WorkingDirectory ?? "/");
    }

    /// <summary>Makes this user the owner of files and all below them.</summary>
    public static void Give(string path) => Tool.Named("chown").Run(["-R", "--no-dereference", $"{Id}:{Id}", path]);

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
    }
}
