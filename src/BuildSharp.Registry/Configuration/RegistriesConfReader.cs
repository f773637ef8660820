using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Configuration;

/// <summary>Merges registries.conf files. A later file replaces single settings, registries of the same prefix, and aliases of the same
/// name.</summary>
internal sealed class RegistriesConfReader
{
    private const string AliasTable = "aliases.";

    private readonly Dictionary<string, RegistryRule> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ShortNameAlias> _aliases = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];
    private IReadOnlyList<string> _search = [];
    private string _searchFile;
    private ShortNameMode _mode;
    private IReadOnlyList<string> _helpers = [RegistriesConf.AuthFiles];

    /// <param name="main">The main file, for messages.</param>
    public RegistriesConfReader(string main) => _searchFile = main;

    /// <summary>Reads the next file.</summary>
    /// <exception cref="BuildSharpException">The file cannot be read, or is invalid.</exception>
    public void Take(string file)
    {
        var values = ReadFile(file);
        _notes.Add($"{file}: read");
        if (values.Keys.FirstOrDefault(key => key.StartsWith("registries.", StringComparison.Ordinal)) is { } old)
        {
            throw new BuildSharpException(
                $"{file}: [{old[..old.LastIndexOf('.')]}] is version 1 of the format, which is not supported:"
                + " write unqualified-search-registries = [\"HOST\"], and [[registry]] with location = \"HOST\" and insecure = true or blocked = true");
        }

        foreach (var (key, value) in values)
        {
            Take(new Setting(file, key, value));
        }
    }

    public RegistriesConf Result() => new()
    {
        SearchRegistries = _search,
        SearchFile = _searchFile,
        ShortNameMode = _mode,
        Aliases = _aliases,
        CredentialHelpers = _helpers,
        Rules = [.. _rules.Values],
        Notes = _notes,
    };

    /// <summary>The aliases of a file that may have nothing else.</summary>
    /// <exception cref="BuildSharpException">The file cannot be read, or is invalid.</exception>
    public static IReadOnlyDictionary<string, ShortNameAlias> ReadAliases(string file)
    {
        var reader = new RegistriesConfReader(file);
        reader.Take(file);
        return reader._aliases;
    }

    private static Dictionary<string, object> ReadFile(string file)
    {
        try
        {
            return Toml.Read(File.ReadAllText(file), file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"cannot read the registries configuration {file}: {error.Message}", error);
        }
        catch (FormatException error)
        {
            throw new BuildSharpException(error.Message, error);
        }
    }

    private void Take(Setting setting)
    {
        switch (setting.Key)
        {
            case "unqualified-search-registries":
                _search = [.. setting.Texts().Select(host => Location(setting, host))];
                _searchFile = setting.File;
                break;
            case "short-name-mode":
                _mode = setting.Text() switch
                {
                    "enforcing" => ShortNameMode.Enforcing,
                    "permissive" or "" => ShortNameMode.Permissive,
                    "disabled" => ShortNameMode.Disabled,
                    var other => throw setting.Wrong($"\"{other}\" is not enforcing, permissive or disabled"),
                };
                break;
            case "credential-helpers":
                _helpers = setting.Texts();
                break;
            case "registry":
                TakeRules(setting);
                break;
            case var alias when alias.StartsWith(AliasTable, StringComparison.Ordinal):
                TakeAlias(setting, alias[AliasTable.Length..]);
                break;
            default:
                _notes.Add($"{setting.File}: {setting.Key} has no effect here");
                break;
        }
    }

    private void TakeAlias(Setting setting, string alias)
    {
        if (!Reference.TryParse(alias, out var name) || name is not { IsShort: true, Tag: null, Digest: null })
        {
            throw setting.Wrong("an alias is a name without host, tag and digest");
        }

        var text = setting.Text();
        if (text.Length > 0 && (!Reference.TryParse(text, out name) || name is not { IsShort: false, Tag: null, Digest: null }))
        {
            throw setting.Wrong($"\"{text}\" is not a name with a host and without tag and digest");
        }

        _aliases[alias] = new ShortNameAlias(text.Length > 0 ? name.InDomain("docker.io") : null, setting.File);
    }

    private void TakeRules(Setting setting)
    {
        var inFile = new Dictionary<string, RegistryRule>(StringComparer.Ordinal);
        foreach (var table in setting.Tables())
        {
            var rule = Rule(setting, table);
            var server = rule.Location ?? rule.Prefix;
            if (inFile.TryGetValue(server, out var other) && (other.Insecure != rule.Insecure || other.Blocked != rule.Blocked))
            {
                throw setting.Wrong($"{server} occurs twice and differs in {(other.Insecure == rule.Insecure ? "blocked" : "insecure")}");
            }

            inFile[server] = rule;
            _rules[rule.Prefix] = rule;
        }
    }

    private RegistryRule Rule(Setting setting, Dictionary<string, object> table)
    {
        string location = "", prefix = "";
        bool insecure = false, blocked = false, byDigest = false;
        List<RegistryMirror> mirrors = [];
        foreach (var (key, value) in table)
        {
            var field = new Setting(setting.File, $"registry.{key}", value);
            switch (key)
            {
                case "location":
                    location = Location(field, field.Text());
                    break;
                case "prefix":
                    prefix = Location(field, field.Text());
                    break;
                case "insecure":
                    insecure = field.Flag();
                    break;
                case "blocked":
                    blocked = field.Flag();
                    break;
                case "mirror-by-digest-only":
                    byDigest = field.Flag();
                    break;
                case "mirror":
                    mirrors.AddRange(field.Tables().Select(mirror => Mirror(field, mirror)));
                    break;
                default:
                    _notes.Add($"{field.File}: {field.Key} has no effect here");
                    break;
            }
        }

        if (location.Length == 0 && !prefix.StartsWith("*.", StringComparison.Ordinal))
        {
            throw setting.Wrong(prefix.Length == 0 ? "a registry needs a location" : $"the registry with the prefix {prefix} needs a location");
        }

        if (prefix.Contains('*') && prefix.AsSpan(1).IndexOfAny("*/:@") >= 0)
        {
            throw setting.Wrong($"the prefix {prefix} is not of the form *.domain, without port and path");
        }

        if (byDigest && mirrors.Exists(mirror => mirror.Use != MirrorUse.All))
        {
            throw setting.Wrong("mirror-by-digest-only and pull-from-mirror of a mirror exclude each other");
        }

        return new RegistryRule(prefix.Length > 0 ? prefix : location, location.Length > 0 ? location : null, setting.File)
        {
            Insecure = insecure,
            Blocked = blocked,
            Mirrors = byDigest ? [.. mirrors.Select(mirror => mirror with { Use = MirrorUse.DigestOnly })] : mirrors,
        };
    }

    private RegistryMirror Mirror(Setting setting, Dictionary<string, object> table)
    {
        var mirror = new RegistryMirror("", Insecure: false, MirrorUse.All);
        foreach (var (key, value) in table)
        {
            var field = new Setting(setting.File, $"{setting.Key}.{key}", value);
            switch (key)
            {
                case "location":
                    mirror = mirror with { Location = Location(field, field.Text()) };
                    break;
                case "insecure":
                    mirror = mirror with { Insecure = field.Flag() };
                    break;
                case "pull-from-mirror":
                    mirror = mirror with
                    {
                        Use = field.Text() switch
                        {
                            "all" or "" => MirrorUse.All,
                            "digest-only" => MirrorUse.DigestOnly,
                            "tag-only" => MirrorUse.TagOnly,
                            var other => throw field.Wrong($"\"{other}\" is not all, digest-only or tag-only"),
                        },
                    };
                    break;
                default:
                    _notes.Add($"{field.File}: {field.Key} has no effect here");
                    break;
            }
        }

        return mirror.Location.Length > 0 ? mirror : throw setting.Wrong("a mirror needs a location");
    }

    private static string Location(Setting setting, string text) =>
        text.Contains("://", StringComparison.Ordinal)
            ? throw setting.Wrong($"\"{AddressCredentials.Masked(text)}\" has a scheme; write host[:port][/path] alone")
            : text.TrimEnd('/');

    /// <summary>A value and where it stands.</summary>
    private readonly record struct Setting(string File, string Key, object Value)
    {
        public string Text() => Value as string ?? throw Wrong("must be a string");

        public bool Flag() => Value as bool? ?? throw Wrong("must be true or false");

        public IReadOnlyList<string> Texts() =>
            Value is List<object> items && items.TrueForAll(item => item is string) ? [.. items.Cast<string>()] : throw Wrong("must be a list of strings");

        public IReadOnlyList<Dictionary<string, object>> Tables() =>
            Value is List<object> items && items.TrueForAll(item => item is Dictionary<string, object>)
                ? [.. items.Cast<Dictionary<string, object>>()]
                : throw Wrong("must be a list of tables, each with the header [[registry]]");

        public BuildSharpException Wrong(string problem) => new($"{File}: {Key}: {problem}");
    }
}
