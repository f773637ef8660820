using System.Security.Cryptography;

namespace BuildSharp.Testing;

/// <summary>A directory of a test's own. Disposing it unmounts whatever is still mounted below it and removes it.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Creates <c>bs-test-*</c> under the system's temporary directory, mode 0755.</summary>
    public TemporaryDirectory()
    {
        // Short, for podman takes no runroot of more than 50 bytes; lower case, for tools make image names of paths; 0755, for a
        // container's user has to be able to walk through it.
        var name = $"bs-test-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        Path = Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetTempPath(), name), (UnixFileMode)0b111_101_101).FullName;
    }

    /// <summary>Absolute path, without a trailing slash.</summary>
    public string Path { get; }

    /// <summary>Absolute path of <paramref name="relative"/> below this directory.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a text file, creating the directories above it, and returns its absolute path.</summary>
    public string Write(string relative, string text)
    {
        var path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Creates a directory below this one and returns its absolute path.</summary>
    public string MakeDirectory(string relative) => Directory.CreateDirectory(this[relative]).FullName;

    public override string ToString() => Path;

    public void Dispose()
    {
        // Again when needed: a tool's own cleaner, still at work after the tool has ended, may mount something once more.
        for (var attempt = 0; attempt < 5 && Directory.Exists(Path); attempt++)
        {
            // Innermost first; detached, since a test that failed may have left a process inside.
            foreach (var mount in MountPoints.Below(Path).Reverse())
            {
                Tool.Named("umount").Run(["-l", mount]);
            }
            // `rm` and not Directory.Delete: a container's tree has device nodes and names that are not UTF-8.
            Tool.Named("rm").Run(["-rf", "--one-file-system", Path]);
        }
    }
}
