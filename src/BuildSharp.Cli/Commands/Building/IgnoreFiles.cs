using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Finds the ignore file of a context.</summary>
internal static class IgnoreFiles
{
    /// <summary>Full path of the file of <c>--ignorefile</c>.</summary>
    /// <exception cref="BuildSharpException">It does not exist or is a directory.</exception>
    public static string Require(string given, Invocation call)
    {
        var path = Path.GetFullPath(given, call.Surroundings.WorkingDirectory);
        if (Directory.Exists(path))
        {
            throw new BuildSharpException($"--ignorefile {given}: is a directory; give the file in it");
        }

        return File.Exists(path) ? path : throw new BuildSharpException($"open {given}: {FileStatus.WhyMissing(path)}");
    }
}
