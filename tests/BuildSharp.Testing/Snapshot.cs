using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace BuildSharp.Testing;

/// <summary>
/// Approved output, kept in a file beside the test: <c>TypeName.Method_name.verified.txt</c>. A mismatch, or a missing file, writes
/// <c>….received.txt</c> next to it and fails; approving is renaming the one to the other.
/// </summary>
/// <remarks>The file names are Verify's, so that its tools and editor plug-ins work. The type's name is taken from the source file's.</remarks>
public static class Snapshot
{
    /// <summary>Compares <paramref name="text"/>, scrubbed, with the approved file.</summary>
    /// <param name="scrubber">What to replace before comparing; null for <see cref="Scrubber.Default"/>.</param>
    /// <param name="variant">Tells several snapshots of one method apart: <c>TypeName.Method_name_variant.verified.txt</c>.</param>
    public static void Match(
        string text, Scrubber? scrubber = null, string? variant = null,
        [CallerFilePath] string sourceFile = "", [CallerMemberName] string method = "")
    {
        var directory = Path.GetDirectoryName(sourceFile)!;
        var name = $"{Path.GetFileNameWithoutExtension(sourceFile)}.{method}{(variant is null ? "" : "_" + variant)}";
        MatchFile(text, Path.Combine(directory, name), scrubber);
    }

    /// <summary>Compares with <c>{path}.verified.txt</c>, for a theory that walks folders of cases.</summary>
    public static void MatchFile(string text, string path, Scrubber? scrubber = null)
    {
        var received = (scrubber ?? Scrubber.Default).Scrub(text.Replace("\r\n", "\n")).TrimEnd('\n') + "\n";
        string verifiedPath = path + ".verified.txt", receivedPath = path + ".received.txt";
        if (File.Exists(verifiedPath))
        {
            var verified = File.ReadAllText(verifiedPath);
            if (verified.TrimEnd('\n') + "\n" == received)
            {
                File.Delete(receivedPath);
                return;
            }
            File.WriteAllText(receivedPath, received);
            throw new XunitException($"{Path.GetFileName(path)} differs from what was approved:\n{LineDiff.Render(verified, received)}\n" +
                $"If the new text is right: mv {receivedPath} {verifiedPath}");
        }
        File.WriteAllText(receivedPath, received);
        throw new XunitException($"{Path.GetFileName(path)} has no approved text yet. Received:\n{received}\n" +
            $"If it is right: mv {receivedPath} {verifiedPath}");
    }

    /// <summary>Approved files below the test project's folder that no test of <paramref name="assembly"/> owns.</summary>
    public static IReadOnlyList<string> Orphans(Assembly assembly)
    {
        var methods = assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => (type.Name, Method: method.Name)))
            .ToLookup(pair => pair.Name, pair => pair.Method);
        var project = Path.Combine(Checkout.Root, "tests", assembly.GetName().Name!);
        return [.. Directory.EnumerateFiles(project, "*.verified.txt", SearchOption.AllDirectories)
            .Where(file => !IsOwned(Path.GetFileName(file)[..^".verified.txt".Length], methods))
            .Select(file => Path.GetRelativePath(Checkout.Root, file)).Order(StringComparer.Ordinal)];
    }

    private static bool IsOwned(string name, ILookup<string, string> methods)
    {
        var parts = name.Split('.', 2);
        return parts.Length == 2 && methods[parts[0]].Any(method =>
            parts[1] == method || parts[1].StartsWith(method + "_", StringComparison.Ordinal));
    }
}
