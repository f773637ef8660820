using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>Finds the file that says what of a context is left out.</summary>
internal static class IgnoreFiles
{
    /// <summary>The file given, else the context's <c>.containerignore</c> or <c>.dockerignore</c>; null when there is none.</summary>
    /// <exception cref="BuildSharpException">The file given is not there.</exception>
    public static string? Find(string context, string? given, Invocation call)
    {
        if (given is not null)
        {
            var path = Path.GetFullPath(given, call.Surroundings.WorkingDirectory);
            return File.Exists(path) ? path : throw new BuildSharpException($"open {given}: no such file or directory");
        }

        return new[] { ".containerignore", ".dockerignore" }
            .Select(name => Path.Combine(context, name))
            .FirstOrDefault(File.Exists);
    }
}
