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
    private const string ByRegex = "images-by-tag-regex";
    private const string ByVersion = "images-by-semver";
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
                    case "images" or ByRegex or ByVersion:
                        // After the settings, which may follow in the file.
                        break;
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
                        throw new BuildSharpException($"{place}: unknown; known are images, {ByRegex}, {ByVersion}, credentials, tls-verify and cert-dir");
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

            foreach (var (kind, repository, isWanted) in Choices(settings, $"{file}: {host}"))
            {
                var all = await SyncSource.AllTagsAsync(call, Reference.ParseNormalized($"{host}/{repository}"), own, cancellation).ConfigureAwait(false);
                var chosen = all.Where(image => isWanted(image.Name[(image.Name.LastIndexOf(':') + 1)..])).ToList();
                call.Debug?.Report($"{file}: {host}: {kind}: {repository}: {chosen.Count} of {all.Count} tags are copied");
                images.AddRange(chosen);
            }

            sources.Add(new SyncSource(images, own));
        }

        return sources.Count > 0 ? sources : throw new BuildSharpException($"No registries to sync found in {file}");
    }

    // Repositories with a rule for the tags to copy.
    private static IEnumerable<(string Kind, string Repository, Func<string, bool> IsWanted)> Choices(YamlNode settings, string place)
    {
        foreach (var (repository, pattern) in Entries(Find(settings, ByRegex), $"{place}: {ByRegex}"))
        {
            yield return (ByRegex, repository, ParseRegex(Text(pattern, place), $"{place}: {ByRegex}: {repository}").IsMatch);
        }

        foreach (var (repository, range) in Entries(Find(settings, ByVersion), $"{place}: {ByVersion}"))
        {
            yield return (ByVersion, repository, VersionRange.Parse(Text(range, place), $"{place}: {ByVersion}: {repository}").Includes);
        }
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
