using System.Text.RegularExpressions;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Oci;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>The file of <c>sync --src yaml</c> (skopeo-sync(1), "YAML file content"): by registry, its repositories with their tags, and how
/// it is reached.</summary>
internal static class SyncFile
{
    private const int SizeLimit = 4 << 20;

    private static readonly TimeSpan RegexPatience = TimeSpan.FromSeconds(5);

    /// <summary>Reads the file, and lists the tags of repositories for which it names none.</summary>
    /// <exception cref="BuildSharpException">The file is invalid, or tags cannot be listed.</exception>
    public static async Task<IReadOnlyList<SyncSource>> ReadAsync(
        Invocation call, string file, RegistryChoice choice, CancellationToken cancellation)
    {
        var sources = new List<SyncSource>();
        foreach (var (host, settings) in Entries(Parse(file, Path.GetFullPath(file, call.Surroundings.WorkingDirectory)), file))
        {
            var (images, own) = (new List<(Transports.ImageLocation Place, string Name)>(), choice);
            foreach (var (key, value) in Entries(settings, $"{file}: {host}"))
            {
                var place = $"{file}: {host}: {key}";
                switch (key)
                {
                    case "images" or "images-by-tag-regex":
                        // After the settings, which may follow in the file.
                        break;
                    case "images-by-semver":
                        throw new BuildSharpException($"{place} is not supported yet: use images-by-tag-regex");
                    case "credentials":
                        var login = Entries(value, place).ToDictionary(entry => entry.Key, entry => Text(entry.Value, place));
                        own = own with { Credentials = $"{login.GetValueOrDefault("username")}:{login.GetValueOrDefault("password")}" };
                        break;
                    case "tls-verify":
                        own = own with { TlsVerify = bool.TryParse(Text(value, place), out var verifies) ? verifies : throw Wrong(place, "true or false") };
                        break;
                    case "cert-dir":
                        own = own with { CertificateDirectory = Path.GetFullPath(Text(value, place), call.Surroundings.WorkingDirectory) };
                        break;
                    default:
                        throw new BuildSharpException($"{place}: unknown; known are images, images-by-tag-regex, credentials, tls-verify and cert-dir");
                }
            }

            foreach (var (repository, tags) in Entries(Find(settings, "images"), $"{file}: {host}: images"))
            {
                var name = Reference.ParseNormalized($"{host}/{repository}");
                var wanted = Texts(tags, $"{file}: {host}: images: {repository}");
                images.AddRange(wanted.Count > 0
                    ? wanted.Select(tag => SyncSource.Entry(Digest.TryParse(tag, out var digest) ? name with { Digest = digest } : Reference.Parse($"{name}:{tag}")))
                    : await SyncSource.AllTagsAsync(call, name, own, cancellation).ConfigureAwait(false));
            }

            foreach (var (repository, pattern) in Entries(Find(settings, "images-by-tag-regex"), $"{file}: {host}: images-by-tag-regex"))
            {
                var regex = ParseRegex(Text(pattern, repository), $"{file}: {host}: images-by-tag-regex: {repository}");
                var all = await SyncSource.AllTagsAsync(call, Reference.ParseNormalized($"{host}/{repository}"), own, cancellation).ConfigureAwait(false);
                images.AddRange(all.Where(image => regex.IsMatch(image.Name[(image.Name.LastIndexOf(':') + 1)..])));
            }

            sources.Add(new SyncSource(images, own));
        }

        return sources.Count > 0 ? sources : throw new BuildSharpException($"No registries to sync found in {file}");
    }

    private static YamlNode Parse(string file, string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > SizeLimit })
            {
                throw new BuildSharpException($"{file} is larger than the {SizeLimit:N0} bytes allowed");
            }

            using var text = new StreamReader(path);
            var yaml = new YamlStream();
            yaml.Load(text);
            return yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode : new YamlMappingNode();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"reading {file}: {FileErrorText.Of(error)}", error);
        }
        catch (YamlException error)
        {
            throw new BuildSharpException($"{file}:{error.Start.Line}: not valid YAML: {(error.InnerException ?? error).Message}", error);
        }
    }

    private static YamlNode? Find(YamlNode settings, string key) =>
        (settings as YamlMappingNode)?.Children.FirstOrDefault(entry => (entry.Key as YamlScalarNode)?.Value == key).Value;

    private static IEnumerable<(string Key, YamlNode Value)> Entries(YamlNode? node, string place) => node switch
    {
        null or YamlScalarNode { Value: null or "" } => [],
        YamlMappingNode map => map.Children.Select(entry => (Text(entry.Key, place), entry.Value)),
        _ => throw Wrong(place, "a map"),
    };

    private static IReadOnlyList<string> Texts(YamlNode node, string place) => node switch
    {
        YamlScalarNode { Value: null or "" } => [],
        YamlSequenceNode list => [.. list.Children.Select(item => Text(item, place))],
        _ => throw Wrong(place, "a list of tags"),
    };

    private static string Text(YamlNode node, string place) => (node as YamlScalarNode)?.Value ?? throw Wrong(place, "a text");

    private static Regex ParseRegex(string pattern, string place)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, RegexPatience);
        }
        catch (ArgumentException error)
        {
            throw new BuildSharpException($"{place}: {error.Message}", error);
        }
    }

    private static BuildSharpException Wrong(string place, string expected) => new($"{place}: {expected} is expected");
}
