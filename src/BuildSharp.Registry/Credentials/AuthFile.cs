using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;

namespace BuildSharp.Registry.Credentials;

/// <summary>A file with credentials (containers-auth.json(5)), which containers tools and Docker share. Fields that are not known are
/// kept.</summary>
internal sealed class AuthFile
{
    private const int Limit = 1 << 20;
    private const string Auths = "auths";
    private const string Helpers = "credHelpers";
    private static readonly JsonWriterOptions Layout = GoJson.Indented with { IndentCharacter = '\t', IndentSize = 1 };

    private readonly string _path;
    private readonly JsonObject _root;
    private readonly bool _isLegacy;

    private AuthFile(string path, JsonObject root, bool isLegacy)
    {
        _path = path;
        _root = root;
        _isLegacy = isLegacy;
    }

    /// <summary>Reads the file; a missing one is empty.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="isLegacy">Whether the file is the map of <c>auths</c> alone, as <c>~/.dockercfg</c>.</param>
    /// <exception cref="BuildSharpException">The file cannot be read or is damaged.</exception>
    public static AuthFile Read(string path, bool isLegacy = false)
    {
        try
        {
            var bytes = FileDescriptor.TryReadAll(path);
            if (bytes is null or [])
            {
                return new AuthFile(path, [], isLegacy);
            }

            if (bytes.Length > Limit)
            {
                throw new BuildSharpException($"the credentials file {path} is larger than {Limit:N0} bytes");
            }

            UnambiguousJson.Require(bytes);
            return new AuthFile(path, JsonNode.Parse(bytes) as JsonObject ?? throw Damaged(path, "it is no JSON object"), isLegacy);
        }
        catch (JsonException error)
        {
            throw Damaged(path, $"not valid JSON at line {error.LineNumber + 1}");
        }
        catch (FormatException error)
        {
            throw Damaged(path, error.Message);
        }
        catch (LinuxException error) when (error.Errno == Errno.EACCES && !Directory.Exists(Path.GetDirectoryName(path)))
        {
            // The directory is closed to the user, as root's /run/containers is: no file of his is in it.
            return new AuthFile(path, [], isLegacy);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or LinuxException)
        {
            throw new BuildSharpException($"cannot read the credentials file {path}: {error.Message}", error);
        }
    }

    /// <summary>Whether users other than the owner can read the file.</summary>
    public static bool IsExposed(string path)
    {
        try
        {
            return FileStatus.TryOf(path, out var status) && status.IsRegular && (status.Mode & (int)(UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0;
        }
        catch (LinuxException error) when (error.Errno == Errno.EACCES)
        {
            return false;
        }
    }

    /// <summary>The helper for a server (<c>credHelpers</c>); null for none.</summary>
    public string? HelperOf(string host) => _isLegacy ? null : TextOf(Table(Helpers), host);

    /// <summary>The helper for all servers (<c>credsStore</c>), which Docker uses; null for none.</summary>
    public string? Store => _isLegacy ? null : TextOf(_root, "credsStore") is { Length: > 0 } store ? store : null;

    /// <summary>The servers and repositories with credentials in the file itself.</summary>
    public IEnumerable<string> Keys => Entries?.Where(entry => entry.Value is JsonObject { Count: > 0 }).Select(entry => entry.Key) ?? [];

    /// <summary>The servers with a helper.</summary>
    public IEnumerable<string> HelpedHosts => _isLegacy ? [] : Table(Helpers)?.Select(entry => entry.Key) ?? [];

    /// <summary>Credentials under exactly that key; null for none.</summary>
    /// <exception cref="BuildSharpException">The entry is damaged.</exception>
    public RegistryLogin? Find(string key)
    {
        // Docker writes {} as a mark that a helper has the credentials.
        if (Entries?[key] is not JsonObject { Count: > 0 } entry)
        {
            return null;
        }

        var token = TextOf(entry, "identitytoken");
        if (TextOf(entry, "auth") is not { Length: > 0 } auth)
        {
            return token is { Length: > 0 } ? new RegistryLogin("", "", token) : null;
        }

        var pair = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, pair, out var length) || Array.IndexOf(pair, (byte)':', 0, length) is var colon && colon < 0)
        {
            throw Damaged(_path, $"the entry of {key} is not the base64 of user:password");
        }

        var password = Encoding.UTF8.GetString(pair.AsSpan(colon + 1, length - colon - 1)).TrimEnd('\0');
        return new RegistryLogin(Encoding.UTF8.GetString(pair.AsSpan(0, colon)), password, token is { Length: > 0 } ? token : null);
    }

    /// <summary>The credentials for a repository: of the longest key that covers it, then of a key that is an address of its
    /// server.</summary>
    /// <param name="repository"><c>host[:port]/path</c>.</param>
    public RegistryLogin? FindFor(string repository)
    {
        var host = AuthKey.HostOf(repository);
        return AuthKey.Covering(repository).Select(Find).FirstOrDefault(login => login is not null)
            ?? Keys.Where(key => AuthKey.Names(key, host)).Select(Find).FirstOrDefault(login => login is not null);
    }

    /// <summary>Sets the credentials of a key.</summary>
    public void Set(string key, RegistryLogin login)
    {
        if (Entries is not { } entries)
        {
            _root[Auths] = entries = [];
        }

        entries[key] = new JsonObject
        {
            ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.UserName}:{login.Password}")),
        };
    }

    /// <summary>Removes the credentials of a key; false when there are none.</summary>
    public bool Remove(string key) => Entries?.Remove(key) == true;

    /// <summary>Removes all credentials and the names of helpers.</summary>
    public void Clear()
    {
        Entries?.Clear();
        if (!_isLegacy)
        {
            Table(Helpers)?.Clear();
        }
    }

    /// <summary>Replaces the file by the changed content, readable by its owner only.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save()
    {
        var content = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(content, Layout))
        {
            _root.WriteTo(writer);
        }

        ReplacedFile.Write(_path, content.WrittenSpan, Octal.O600);
    }

    private JsonObject? Entries => _isLegacy ? _root : Table(Auths);

    private JsonObject? Table(string name) => _root[name] switch
    {
        null => null,
        JsonObject table => table,
        _ => throw Damaged(_path, $"\"{name}\" is no object"),
    };

    private string? TextOf(JsonObject? table, string name) => table?[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw Damaged(_path, $"\"{name}\" is no string"),
    };

    private static BuildSharpException Damaged(string path, string why) => new($"the credentials file {path} is damaged: {why}; correct it or remove it");
}
