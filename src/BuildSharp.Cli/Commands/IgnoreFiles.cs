using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Finds a file that says what of a context is left out.</summary>
internal static class IgnoreFiles
{
    /// <summary>The path of the file that <c>--ignorefile</c> names.</summary>
    /// <exception cref="BuildSharpException">It is not there, or a directory.</exception>
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
