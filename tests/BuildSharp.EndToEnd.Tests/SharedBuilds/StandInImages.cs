using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.SharedBuilds;

/// <summary>
/// A store with an image under every name that the shared builds start from. All are one root filesystem: the static busybox with
/// bash, with the accounts and files that distributions have and the cases use.
/// </summary>
/// <remarks>It serves as additional image store, so that every group of rows can have a store of its own for nothing.</remarks>
internal static partial class StandInImages
{
    // /bin/sh of these is bash, and their cases use what busybox's shell has not. That of ubuntu is neither, but runs /bin/cat, where
    // busybox's shell has a cat of its own.
    private static readonly string[] WithBashAsShell = ["centos", "fedora", "ubi", "rhel", "ubuntu"];

    // Busybox has neither in Debian's build; a distribution has both.
    private const string AddUser = """
        #!/bin/sh
        home=
        while getopts DHSh:s:u:G:g: flag; do [ "$flag" != h ] || home=$OPTARG; [ "$flag" != u ] || id=$OPTARG; done
        shift $((OPTIND - 1)); name=$1; [ $# -lt 2 ] || { shift; while getopts h: flag; do home=$OPTARG; done; }
        id=${id:-1000}; home=${home:-/home/$name}
        echo "$name:x:$id:$id:$name:$home:/bin/sh" >> /etc/passwd; echo "$name:x:$id:" >> /etc/group
        mkdir -p "$home" && chown "$id:$id" "$home"
        """;

    // The accounts of Debian's base-passwd that the cases name, and one that no image lacks.
    private static readonly (string Name, int Id)[] Accounts =
        [("root", 0), ("daemon", 1), ("bin", 2), ("sys", 3), ("adm", 4), ("lp", 7), ("mail", 8), ("guest", 405), ("nobody", 65534)];

    /// <summary>Builds the images and stores them; returns nothing until all have their names.</summary>
    /// <param name="sandbox">Whose store gets them.</param>
    /// <param name="rows">The rows whose bases they are.</param>
    /// <param name="cases">Folder of the cases.</param>
    public static async Task BuildAsync(Sandbox sandbox, IEnumerable<BuildRow> rows, string cases)
    {
        ILookup<(string Shell, bool HasHistory), string> names = rows.SelectMany(row => row.Bases.SelectMany(name => Resolve(name, row, cases)))
            .Where(name => ImageName().IsMatch(name) && !name.StartsWith("localhost/", StringComparison.Ordinal)).Distinct()
            // A host below .invalid can have no registry: the case made such an image on the spot, and without a history.
            .ToLookup(name => (WithBashAsShell.Any(name.Contains) ? "bash" : "busybox", !name.Split('/')[0].EndsWith(".invalid", StringComparison.Ordinal)), FullName);
        var root = sandbox["rootfs"];
        await WriteRootfsAsync(sandbox, root);
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        await sandbox.BuildSharp.RunAsync("copy", "-q", container, root, "/");
        await sandbox.BuildSharp.RunAsync("config", "--env", BusyboxImage.SearchPath, "--cmd", "sh", container);
        foreach (var shell in new[] { "busybox", "bash" })
        {
            if (shell == "bash")
            {
                await sandbox.BuildSharp.RunAsync("run", container, "ln", "-sf", "bash", "/bin/sh");
            }

            foreach (var group in names.Where(group => group.Key.Shell == shell))
            {
                var image = await sandbox.BuildSharp.ReadAsync("commit", "-q", $"--omit-history={(group.Key.HasHistory ? "false" : "true")}", container);
                await sandbox.BuildSharp.RunAsync(["tag", image, .. group]);
            }
        }
        await sandbox.BuildSharp.RunAsync("rm", container);
    }

    private static async Task WriteRootfsAsync(Sandbox sandbox, string root)
    {
        BusyboxImage.WriteRootfs(root);
        foreach (var directory in new[] { "var/lib", "var/tmp", "opt", "mnt", "srv", "usr/local/bin", "usr/lib", "home/guest" })
        {
            Directory.CreateDirectory(Path.Combine(root, directory));
        }

        File.WriteAllLines(Path.Combine(root, "etc/passwd"),
            Accounts.Select(account => $"{account.Name}:x:{account.Id}:{account.Id}:{account.Name}:/{(account.Id == 0 ? "root" : "")}:/bin/sh"));
        File.WriteAllLines(Path.Combine(root, "etc/group"), Accounts.Select(account => $"{account.Name}:x:{account.Id}:"));
        File.WriteAllText(Path.Combine(root, "etc/os-release"), "ID=standin\n");
        File.WriteAllText(Path.Combine(root, "etc/nsswitch.conf"), "passwd: files\ngroup: files\n");
        File.WriteAllText(Path.Combine(root, "bin/adduser"), AddUser + "\n");
        File.SetUnixFileMode(Path.Combine(root, "bin/adduser"), (UnixFileMode)0b111_101_101);
        // Distributions have these; the cases run the first two and list the third. Busybox's cat says otherwise that a file is missing.
        await CopyProgramAsync(sandbox, "cat", Path.Combine(root, "bin/cat"));
        await CopyProgramAsync(sandbox, "bash", Path.Combine(root, "bin/bash"));
        await CopyProgramAsync(sandbox, "script", Path.Combine(root, "usr/bin/script"));
    }

    /// <summary>Copies a program of this machine, and the libraries it is linked with to where they lie here.</summary>
    private static async Task CopyProgramAsync(Sandbox sandbox, string program, string target)
    {
        var root = sandbox["rootfs"];
        var path = $"/usr/bin/{program}";
        File.Delete(target);
        File.Copy(path, target);
        foreach (Match library in LibraryPath().Matches((await sandbox.Named("ldd").RunAsync(path)).Output))
        {
            var copy = root + library.Value;
            if (File.Exists(copy))
            {
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(library.Value, copy);
        }
    }

    /// <summary>A name with the values that build arguments, ARG lines and defaults can give its variables.</summary>
    private static IEnumerable<string> Resolve(string name, BuildRow row, string cases)
    {
        name = name.StartsWith("from:", StringComparison.Ordinal) ? name["from:".Length..] : name;
        if (Variable().Match(name) is not { Success: true } variable)
        {
            return [name];
        }

        var argument = variable.Groups["name"].Value;
        return row.BuildArguments.Concat(ArgLine().Matches(row.Text(cases)).Select(match => match.Groups[1].Value))
            .Where(given => given.StartsWith(argument + "=", StringComparison.Ordinal)).Select(given => given[(argument.Length + 1)..])
            .Concat(variable.Groups["default"].Captures.Select(value => value.Value))
            .SelectMany(value => Resolve(name[..variable.Index] + value + name[(variable.Index + variable.Length)..], row, cases));
    }

    private static string FullName(string name) =>
        name.Split('/')[0].Contains('.') || name.Split('/')[0].Contains(':') && name.Contains('/') ? name
        : name.Contains('/') ? "docker.io/" + name
        : "docker.io/library/" + name;

    [GeneratedRegex(@"^[a-z]([a-z0-9._/-]*[a-z0-9])?(:[\w.-]+)?$")]
    private static partial Regex ImageName();

    [GeneratedRegex(@"\$\{?(?<name>\w+)(:-(?<default>[^}]*))?\}?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\s*ARG\s+(\S+=\S*)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex ArgLine();

    [GeneratedRegex(@"/\S*\.so[.\d]*\b")]
    private static partial Regex LibraryPath();
}
