using System.Text;
using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;
using BuildSharp.Registry.Credentials;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Registry.Credentials;

/// <summary>Auth files and credential helpers (containers-auth.json(5)).</summary>
public sealed class StoredLoginsTests : IDisposable, IProgress<string>
{
    private const string Secret = "s3cr:et\u00fc";

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _directory.Dispose();

    void IProgress<string>.Report(string value) => _warnings.Add(value);

    [Theory]
    [InlineData("a.org/x/y/z", "repository")]
    [InlineData("a.org/x/y", "namespace")]
    [InlineData("a.org/xy", "host")]
    [InlineData("a.org:5000/x", null)]
    [InlineData("docker.io/library/busybox", "hub")]
    [InlineData("address.org/x", "address")]
    [InlineData("marked.org/x", null)]
    public async Task The_longest_key_wins_and_then_an_address_of_the_server(string key, string? user)
    {
        var file = WriteAuths(
            ("a.org/x/y/z", "repository"), ("a.org/x", "namespace"), ("a.org", "host"), ("https://index.docker.io/v1/", "hub"),
            ("https://address.org/v2/", "address"), ("marked.org", null));
        var login = await Only(file).FindAsync(key, default);
        Assert.Equal(user, login?.UserName);
        Assert.Equal(user is null ? null : Secret, login?.Password);
    }

    [Fact]
    public async Task The_files_of_a_user_are_read_in_order()
    {
        var environment = new Dictionary<string, string> { ["HOME"] = _directory["home"], ["XDG_RUNTIME_DIR"] = _directory.MakeDirectory("run") };
        string[] places = ["run/containers/auth.json", "home/.config/containers/auth.json", "home/.docker/config.json", "home/.dockercfg"];
        foreach (var place in places)
        {
            WriteAuths(place, place.EndsWith("cfg", StringComparison.Ordinal), ("a.org", place));
        }

        foreach (var place in places)
        {
            Assert.Equal(place, (await Stored(AuthFileLocations.Find(null, environment)).FindAsync("a.org/x", default))?.UserName);
            File.Delete(_directory[place]);
        }

        Assert.Null(await Stored(AuthFileLocations.Find(null, environment)).FindAsync("a.org/x", default));
    }

    [Fact]
    public async Task One_named_file_is_the_only_one()
    {
        var environment = new Dictionary<string, string> { ["HOME"] = _directory["home"], ["DOCKER_CONFIG"] = _directory["docker"] };
        WriteAuths("home/.docker/config.json", false, ("a.org", "home"));
        Assert.Null(await Stored(AuthFileLocations.Find(null, environment)).FindAsync("a.org", default));
        WriteAuths("docker/config.json", false, ("a.org", "docker"));
        Assert.Equal("docker", (await Stored(AuthFileLocations.Find(null, environment)).FindAsync("a.org", default))?.UserName);
        Assert.Null(await Stored(AuthFileLocations.Find(_directory["none.json"], environment)).FindAsync("a.org", default));
    }

    [Fact]
    public async Task A_missing_runtime_directory_and_a_file_that_others_can_read_are_warned_of_once()
    {
        var environment = new Dictionary<string, string> { ["HOME"] = _directory["home"], ["XDG_RUNTIME_DIR"] = _directory["missing"] };
        WriteAuths("home/.config/containers/auth.json", false, ("a.org", "u"));
        var file = _directory["home/.config/containers/auth.json"];
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var logins = Stored(AuthFileLocations.Find(null, environment));
        await logins.FindAsync("a.org", default);
        await logins.FindAsync("a.org", default);
        Assert.Equal(2, _warnings.Count);
        Assert.Contains("XDG_RUNTIME_DIR", _warnings[0]);
        Assert.Equal($"other users can read the credentials in {file}: chmod 600 {file}", _warnings[1]);
    }

    [Theory]
    [InlineData("{\"auths\":{\"a.org\":{\"auth\":\"c2VjcmV0\"}}}", "the entry of a.org is not the base64 of user:password")]
    [InlineData("{\"auths\":{\"a.org\":{\"auth\":\"!secret!\"}}}", "the entry of a.org is not the base64 of user:password")]
    [InlineData("{\"auths\":{\"a.org\":{\"auth\":\"secret", "not valid JSON at line 1")]
    [InlineData("{\"auths\":[]}", "\"auths\" is no object")]
    [InlineData("[\"secret\"]", "it is no JSON object")]
    [InlineData("{\"auths\":{},\"auths\":{}}", "the field \"auths\" occurs twice")]
    public async Task A_damaged_file_is_named_without_its_content(string text, string problem)
    {
        var file = _directory.Write("auth.json", text);
        var message = (await Assert.ThrowsAsync<BuildSharpException>(async () => await Only(file).FindAsync("a.org", default))).Message;
        Assert.Equal($"the credentials file {file} is damaged: {problem}; correct it or remove it", message);
        Assert.DoesNotContain("secret", message.Replace(file, ""));
    }

    [Fact]
    public async Task An_identity_token_is_read_with_or_without_a_password()
    {
        var both = Convert.ToBase64String(Encoding.UTF8.GetBytes("u:"));
        var file = _directory.Write("auth.json", $$$$"""{"auths":{"a.org":{"auth":"{{{{both}}}}","identitytoken":"t1"},"b.org":{"identitytoken":"t2"}}}""");
        Assert.Equal(new RegistryLogin("u", "", "t1"), await Only(file).FindAsync("a.org", default));
        Assert.Equal(new RegistryLogin("", "", "t2"), await Only(file).FindAsync("b.org", default));
    }

    [Fact]
    public async Task Storing_keeps_the_rest_of_the_file_and_closes_it_to_others()
    {
        var file = _directory.Write("new/auth.json", """{"auths":{"b.org":{"auth":"YTpi","email":"e"}},"HttpHeaders":{"X":"1"},"credHelpers":{"c.org":"x"}}""");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var logins = Only(file);
        Assert.Equal(file, await logins.StoreAsync("a.org/ns", new RegistryLogin("u", Secret), default));
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"u:{Secret}"));
        Assert.Equal(
            $$"""
            {
            	"auths": {
            		"b.org": {
            			"auth": "YTpi",
            			"email": "e"
            		},
            		"a.org/ns": {
            			"auth": "{{pair}}"
            		}
            	},
            	"HttpHeaders": {
            		"X": "1"
            	},
            	"credHelpers": {
            		"c.org": "x"
            	}
            }
            """,
            File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(Secret, (await logins.FindAsync("a.org/ns/x", default))?.Password);
        Assert.Null(await logins.FindAsync("a.org/other", default));
        Assert.True(await logins.RemoveAsync("a.org/ns", default));
        Assert.False(await logins.RemoveAsync("a.org/ns", default));
        Assert.Equal(["auth.json", "auth.json.lock"], Directory.EnumerateFileSystemEntries(_directory["new"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_file_for_Docker_has_Dockers_key_and_no_paths()
    {
        var file = _directory["docker/config.json"];
        var logins = Stored(AuthFileLocations.ForDocker(file));
        await logins.StoreAsync("docker.io", new RegistryLogin("u", "p"), default);
        Assert.Contains("\"https://index.docker.io/v1/\": {", File.ReadAllText(file));
        Assert.Equal("u", (await logins.FindAsync("docker.io/library/x", default))?.UserName);
        Assert.Contains("log in to a.org", (await Assert.ThrowsAsync<BuildSharpException>(() => logins.StoreAsync("a.org/x", new RegistryLogin("u", "p"), default))).Message);
        Assert.True(await logins.RemoveAsync("docker.io", default));
        Assert.Null(await logins.FindAsync("docker.io/library/x", default));
    }

    [Fact]
    public async Task Logins_at_the_same_time_lose_none()
    {
        var file = _directory["auth.json"];
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Only(file).StoreAsync($"r{i}.org", new RegistryLogin($"u{i}", "p"), default))));
        foreach (var i in Enumerable.Range(0, 20))
        {
            Assert.Equal($"u{i}", (await Only(file).FindAsync($"r{i}.org/x", default))?.UserName);
        }
    }

    [Theory]
    [InlineData("credHelpers")]
    [InlineData("credsStore")]
    [InlineData("credential-helpers")]
    public async Task A_helper_is_asked_for_the_server(string how)
    {
        WriteHelper("keychain");
        var file = _directory.Write("auth.json", how switch
        {
            "credHelpers" => """{"credHelpers":{"a.org":"keychain"}}""",
            "credsStore" => """{"credsStore":"keychain"}""",
            _ => "{}",
        });
        var logins = Only(file, how == "credential-helpers" ? ["keychain", RegistriesConf.AuthFiles] : null);
        Assert.Null(await logins.FindAsync("a.org/x/y", default));
        _directory.Write("keys/a.org", $$"""{"ServerURL":"a.org","Username":"u","Secret":"{{Secret}}"}""");
        Assert.Equal(new RegistryLogin("u", Secret), await logins.FindAsync("a.org/x/y", default));
        _directory.Write("keys/a.org", """{"ServerURL":"a.org","Username":"<token>","Secret":"t"}""");
        Assert.Equal(new RegistryLogin("", "", "t"), await logins.FindAsync("a.org/x/y", default));
    }

    [Fact]
    public async Task A_helper_stores_and_erases_what_it_keeps()
    {
        WriteHelper("keychain");
        var file = _directory.Write("auth.json", """{"credHelpers":{"a.org":"keychain"}}""");
        var logins = Only(file);
        Assert.Equal("keychain", await logins.StoreAsync("a.org", new RegistryLogin("u", Secret), default));
        Assert.Equal(new RegistryLogin("u", Secret), await logins.FindAsync("a.org/x", default));
        Assert.DoesNotContain("auths", File.ReadAllText(file));
        Assert.Contains("log in to a.org", (await Assert.ThrowsAsync<BuildSharpException>(() => logins.StoreAsync("a.org/x", new RegistryLogin("u", "p"), default))).Message);
        Assert.True(await logins.RemoveAsync("a.org", default));
        Assert.False(await logins.RemoveAsync("a.org", default));
        await logins.StoreAsync("a.org", new RegistryLogin("u", Secret), default);
        await logins.RemoveAllAsync(default);
        Assert.False(File.Exists(_directory["keys/a.org"]));
        Assert.Null(await logins.FindAsync("a.org/x", default));
    }

    [Theory]
    [InlineData("../x", "credential helper \"../x\": a name has letters, digits, dots, dashes and underscores")]
    [InlineData("absent", "credential helper docker-credential-absent not found: looked for it in PATH; install it, or remove it from the configuration")]
    [InlineData("broken", "docker-credential-broken get for a.org ended with status 7")]
    [InlineData("talker", "docker-credential-talker get for a.org: the answer is not JSON with Username and Secret")]
    public async Task A_helper_that_fails_is_named_without_what_it_said(string helper, string message)
    {
        Executable("docker-credential-broken", "#!/bin/sh\necho secret\nexit 7\n");
        Executable("docker-credential-talker", "#!/bin/sh\necho 'secret'\n");
        var file = _directory.Write("auth.json", $$$"""{"credHelpers":{"a.org":"{{{helper}}}"}}""");
        Assert.Equal(message, (await Assert.ThrowsAsync<BuildSharpException>(async () => await Only(file).FindAsync("a.org", default))).Message);
    }

    [Fact]
    public async Task Given_credentials_go_to_permitted_servers_only()
    {
        var given = new GivenLogin(new RegistryLogin("given", "p"), Only(WriteAuths(("mirror.org", "stored"))));
        given.Permit("a.org");
        Assert.Equal("given", (await given.FindAsync("a.org/x", default))?.UserName);
        Assert.Equal("stored", (await given.FindAsync("mirror.org/x", default))?.UserName);
        Assert.Null(await given.FindAsync("other.org/x", default));
    }

    // A helper with one file per server.
    private void WriteHelper(string name)
    {
        var keys = _directory.MakeDirectory("keys");
        Executable($"docker-credential-{name}",
            $$"""
            #!/bin/sh
            case $1 in
            get) read -r server || :; f={{keys}}/$server
                 [ -e "$f" ] || { echo "credentials not found in native keychain"; exit 1; }; cat "$f" ;;
            store) cat > {{keys}}/new; f={{keys}}/$(sed 's/.*"ServerURL":"\([^"]*\)".*/\1/' {{keys}}/new); mv {{keys}}/new "$f" ;;
            erase) read -r server || :; rm "{{keys}}/$server" 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
            esac
            """);
    }

    private void Executable(string name, string text) => File.SetUnixFileMode(
        _directory.Write($"bin/{name}", text), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private string WriteAuths(params (string Key, string? User)[] entries) => WriteAuths("auth.json", false, entries);

    private string WriteAuths(string path, bool isLegacy, params (string Key, string? User)[] entries)
    {
        var auths = string.Join(
            ',',
            entries.Select(entry =>
                $"\"{entry.Key}\":{(entry.User is null ? "{}" : $"{{\"auth\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes($"{entry.User}:{Secret}\0\0"))}\"}}")}"));
        return _directory.Write(path, isLegacy ? $"{{{auths}}}" : $"{{\"auths\":{{{auths}}}}}");
    }

    private StoredLogins Only(string file, IReadOnlyList<string>? helpers = null) => Stored(AuthFileLocations.Find(file, new Dictionary<string, string>()), helpers);

    private StoredLogins Stored(AuthFileLocations locations, IReadOnlyList<string>? helpers = null) => new(
        locations, helpers ?? [RegistriesConf.AuthFiles], new Dictionary<string, string> { ["PATH"] = $"{_directory["bin"]}:/usr/bin:/bin" }, this);
}
