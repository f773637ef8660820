using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Credentials of a real docker-registry with a password, shared with the other tools.</summary>
public class LoginTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const string Encoded = "dXNlcjpzZWNyZXQ="; // base64 of user:secret

    [RequiresTheory(All, "docker-registry", "skopeo", "podman", "buildah")]
    [InlineData("skopeo")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public async Task A_login_of_one_tool_is_a_login_of_the_others(string other)
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true);
        var (ours, theirs) = (sandbox.BuildSharp, sandbox.Named(other));
        Assert.Equal("Login Succeeded!", await LoginAsync(ours, registry));
        Assert.Equal(TemporaryRegistry.User, await theirs.ReadAsync("login", "--get-login", registry.Host));
        Assert.Equal($"Removed login credentials for {registry.Host}", await theirs.ReadAsync("logout", registry.Host));
        Assert.Equal($"Error: not logged into {registry.Host}\n", (await ours.RunAsync(125, ["login", "--get-login", registry.Host])).Error);

        await LoginAsync(theirs, registry);
        Assert.Equal(TemporaryRegistry.User, await ours.ReadAsync("login", "--get-login", registry.Host));
        Assert.Equal(
            $"Authenticating with existing credentials for {registry.Host}\nExisting credentials are valid. Already logged in to {registry.Host}",
            await ours.ReadAsync("login", "--tls-verify=false", registry.Host));
        Assert.Equal($"Removed login credentials for {registry.Host}", await ours.ReadAsync("logout", registry.Host));
        Assert.Equal($"Error: not logged into {registry.Host}\n", (await ours.RunAsync(125, ["logout", registry.Host])).Error);
    }

    [RequiresFact(All, "docker-registry")]
    public async Task A_wrong_password_is_refused_and_not_stored_and_none_is_ever_shown()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true);
        var (tool, file) = (sandbox.BuildSharp.WithLeading("--log-level", "trace"), sandbox["auth.json"]);
        string[] words = ["login", "--authfile", file, "--tls-verify=false", "-u", TemporaryRegistry.User];
        var wrong = await tool.RunAsync(125, [.. words, "-p", "wr0ng", registry.Host]);
        Assert.EndsWith($"Error: logging into \"{registry.Host}\": invalid username/password\n", wrong.Error);
        Assert.False(File.Exists(file));

        var right = await tool.RunAsync([.. words, "-v", "-p", TemporaryRegistry.Password, registry.Host]);
        Assert.Equal($"Used:  {file}\nLogin Succeeded!\n", right.Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var pulled = await tool.RunAsync(125, ["pull", "--authfile", file, "--tls-verify=false", $"{registry.Host}/none:1"]);
        var given = await tool.RunAsync(125, ["pull", "--creds", "user:wr0ng", "--tls-verify=false", $"{registry.Host}/none:1"]);
        foreach (var result in new[] { wrong, right, pulled, given })
        {
            foreach (var secret in new[] { TemporaryRegistry.Password, "wr0ng", Encoded })
            {
                Assert.DoesNotContain(secret, result.Output + result.Error);
            }
        }
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_pull_finds_its_credentials_in_the_flag_the_file_and_the_program_that_keeps_them()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true);
        var name = await PushBaseAsync(sandbox, registry);
        var tool = sandbox.BuildSharp;
        string[] pull = ["pull", "-q", "--policy", "always", "--tls-verify=false"];
        Assert.Contains("uthentication required", (await tool.RunAsync(125, [.. pull, name])).Error);
        var id = await tool.ReadAsync([.. pull, "--creds", "user:secret", name]);
        Assert.Contains("no terminal to ask", (await tool.RunAsync(125, [.. pull, "--creds", "user", name])).Error);

        var file = sandbox.Write("auth.json", $$$$"""{"auths":{"{{{{registry.Host}}}}/team":{"auth":"{{{{Encoded}}}}"}}}""");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(id, await tool.ReadAsync([.. pull, "--authfile", file, name]));
        Assert.Equal(id, await tool.WithEnvironment("REGISTRY_AUTH_FILE", file).ReadAsync([.. pull, name]));
        Assert.Contains("stat none.json", (await tool.RunAsync(125, [.. pull, "--authfile", "none.json", name])).Error);

        var docker = sandbox.Write("docker/config.json", $$$"""{"credHelpers":{"{{{registry.Host}}}":"here"}}""");
        File.SetUnixFileMode(docker, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var helper = sandbox.Write("bin/docker-credential-here", $$"""
            #!/bin/sh
            [ "$1 $(cat)" = "get {{registry.Host}}" ] && echo '{"ServerURL":"x","Username":"user","Secret":"secret"}'
            """);
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var helped = tool.WithEnvironment("DOCKER_CONFIG", sandbox["docker"]).WithEnvironment("PATH", $"{sandbox["bin"]}:{Environment.GetEnvironmentVariable("PATH")}");
        Assert.Equal(id, await helped.ReadAsync([.. pull, name]));
        Assert.Equal("user", await helped.ReadAsync("login", "--get-login", registry.Host));
    }

    [RequiresFact(All, "docker-registry", "tmux")]
    public async Task The_terminal_asks_and_does_not_show_the_password()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true);
        await using var terminal = await TmuxTerminal.StartAsync(sandbox, 100, $"buildsharp login --tls-verify=false {registry.Host}; stty -a | grep -ow -e -echo -e echo");
        await AnswerAsync("Username:", TemporaryRegistry.User);
        await AnswerAsync("Password:", TemporaryRegistry.Password);
        Assert.Equal(
            $"Username: {TemporaryRegistry.User}\nPassword:\nLogin Succeeded!\necho\nstatus 0", await terminal.WaitForAsync(screen => screen.Contains("status")));
        Assert.Equal(TemporaryRegistry.User, await sandbox.BuildSharp.ReadAsync("login", "--get-login", registry.Host));

        async Task AnswerAsync(string question, string answer)
        {
            await terminal.WaitForAsync(screen => screen.Contains(question));
            await terminal.PressAsync(answer);
            await terminal.PressAsync("Enter");
        }
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox", "script")]
    public async Task A_command_asks_for_a_password_once()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true);
        var name = await PushBaseAsync(sandbox, registry);
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("pull", "-q", "--creds=user:secret", "--tls-verify=false", name);

        // Another image takes the name, so that the registry is asked for its digest and then for the image.
        sandbox.Write("Dockerfile", $"FROM {name}\nCOPY Dockerfile /\n");
        await tool.RunAsync("bud", "-q", "-t", "other", ".");
        await tool.RunAsync("push", "-q", "--creds=user:secret", "--tls-verify=false", "other", name);
        var command = string.Join(' ', [tool.Program, .. tool.LeadingArguments, "pull", "-q", "--policy=ifnewer", "--creds=user", "--tls-verify=false", name]);
        var shown = (await sandbox.Named("script").Reading("secret\n").RunAsync("-q", "-e", "-c", command, "/dev/null")).Output;
        Assert.Equal(2, shown.Split("Password: ").Length);
        var id = await tool.ReadAsync("images", "-q", "--no-trunc", "other");
        Assert.Contains(id["sha256:".Length..], shown);
    }

    [RequiresFact(All)]
    public async Task What_cannot_be_meant_is_refused()
    {
        using var sandbox = new Sandbox();
        var tool = sandbox.BuildSharp;
        foreach (var (words, message) in new (string[], string)[]
        {
            (["login"], "please specify a registry to login to"),
            (["login", "a.org", "b.org"], "too many arguments, login takes only 1 argument"),
            (["login", "--password-stdin", "a.org"], "must provide --username with --password-stdin"),
            (["login", "--password-stdin", "-u", "u", "-p", "p", "a.org"], "can't specify both --password-stdin and --password"),
            (["login", "--authfile", "a", "--compat-auth-file", "b", "a.org"], "can not be set simultaneously"),
            (["login", "a.org/x:1"], "reference \"a.org/x:1\" contains tag or digest"),
            (["login", "-u", "u", "a.org"], "there is no terminal to ask for user name and password on: give --username and --password-stdin"),
            (["logout"], "please specify a registry to log out from, or --all"),
            (["logout", "--all", "a.org"], "--all takes no arguments"),
        })
        {
            var error = (await tool.RunAsync(125, words)).Error;
            Assert.EndsWith(message + "\n", error);
        }
    }

    [RequiresFact(All)]
    public async Task A_login_of_docker_is_dockers_to_remove()
    {
        using var sandbox = new Sandbox();
        var tool = sandbox.BuildSharp;
        var home = (await sandbox.Named("sh").ReadAsync("-c", "mkdir -p -m 700 $HOME/.docker; echo $HOME"));
        File.WriteAllText($"{home}/.docker/config.json", $$$$"""{"auths":{"a.org":{"auth":"{{{{Encoded}}}}"}}}""");
        Assert.Equal(
            "Not logged into a.org with current tool. Existing credentials were established via docker login. Please use docker logout instead.",
            await tool.ReadAsync("logout", "a.org"));
    }

    private static async Task<string> LoginAsync(Tool tool, TemporaryRegistry registry) =>
        await tool.Reading(TemporaryRegistry.Password + "\n").ReadAsync("login", "--tls-verify=false", "-u", TemporaryRegistry.User, "--password-stdin", registry.Host);

    private static async Task<string> PushBaseAsync(Sandbox sandbox, TemporaryRegistry registry)
    {
        var name = $"{registry.Host}/team/base:1";
        await sandbox.Named("skopeo").RunAsync(
            "copy", "-q", "--dest-tls-verify=false", "--dest-creds", "user:secret", BusyboxImage.WriteLayout(sandbox["layout"]), $"docker://{name}");
        return name;
    }
}
