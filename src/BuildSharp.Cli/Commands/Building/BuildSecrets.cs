using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary><c>build --secret</c>: files and variables that <c>RUN --mount=type=secret</c> may use (buildah-build(1)). RUN does not support
/// <c>--mount</c> yet, so the values are checked but not used.</summary>
internal static class BuildSecrets
{
    private const string Form = "incorrect secret flag format: should be --secret id=foo,src=bar[,env=ENV][,type=file|env]";

    /// <summary>Checks each secret as buildah does: its fields, and that a source file exists.</summary>
    /// <exception cref="BuildSharpException">A field is unknown or has an invalid value, or the file does not exist.</exception>
    public static void Check(IEnumerable<string> secrets, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        foreach (var text in secrets.Where(text => text.Length > 0))
        {
            Check(text, environment, workingDirectory);
        }
    }

    private static void Check(string text, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        var (id, source, type) = ("", "", "");
        foreach (var field in text.Split(','))
        {
            var equals = field.IndexOf('=');
            var value = equals < 0 ? throw new BuildSharpException($"--secret {text}: {Form}") : field[(equals + 1)..];
            switch (field[..equals])
            {
                case "id":
                    id = value;
                    break;
                case "src":
                    source = value;
                    break;
                case "env":
                    (source, type) = (value, "env");
                    break;
                case "type":
                    type = value is "file" or "env" ? value : throw new BuildSharpException($"--secret {text}: invalid secret type, must be file or env");
                    break;
                default:
                    throw new BuildSharpException($"--secret {text}: {Form}");
            }
        }

        if (id.Length == 0)
        {
            throw new BuildSharpException($"--secret {text}: {Form}");
        }

        if (type.Length == 0)
        {
            type = environment.ContainsKey(id) ? "env" : "file";
        }

        var path = Path.GetFullPath(source.Length > 0 ? source : id, workingDirectory);
        if (type == "file" && !Path.Exists(path))
        {
            throw new BuildSharpException($"--secret {text}: could not parse secrets: {path}: no such file or directory");
        }
    }
}
