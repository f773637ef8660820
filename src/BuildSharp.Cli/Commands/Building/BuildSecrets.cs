using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Cli.Commands.Building;

/// <summary><c>build --secret</c>: files and variables that <c>RUN --mount=type=secret</c> may use (buildah-build(1)).</summary>
internal static class BuildSecrets
{
    private const string Form = "incorrect secret flag format: should be --secret id=foo,src=bar[,env=ENV][,type=file|env]";

    /// <summary>The secrets by name; of several with one name the last.</summary>
    /// <exception cref="BuildSharpException">A field is unknown or has an invalid value, or the file does not exist.</exception>
    public static IReadOnlyDictionary<string, Secret> Read(
        IEnumerable<string> secrets, IReadOnlyDictionary<string, string> environment, string workingDirectory)
    {
        var read = new Dictionary<string, Secret>(StringComparer.Ordinal);
        foreach (var text in secrets.Where(text => text.Length > 0))
        {
            Add(read, text, environment, workingDirectory);
        }

        return read;
    }

    private static void Add(Dictionary<string, Secret> read, string text, IReadOnlyDictionary<string, string> environment, string workingDirectory)
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

        source = source.Length > 0 ? source : id;
        if (type == "env" || (type.Length == 0 && environment.ContainsKey(id)))
        {
            read[id] = Secret.OfValue(environment.GetValueOrDefault(source) ?? "");
            return;
        }

        var path = Path.GetFullPath(source, workingDirectory);
        read[id] = Path.Exists(path)
            ? Secret.OfFile(path)
            : throw new BuildSharpException($"--secret {text}: could not parse secrets: {path}: no such file or directory");
    }
}
