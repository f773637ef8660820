using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A real docker-registry with TLS and a password: its certificate and the credentials reach every verb that talks to it.</summary>
public class RegistryCertificateTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "docker-registry", "busybox", "openssl")]
    public async Task A_registry_whose_certificate_is_unknown_is_not_used_and_the_message_says_how_to_trust_it()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isEncrypted: true);
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var name = $"{registry.Host}/team/base:1";
        string[][] attempts = [["push", "base", name], ["pull", name], ["from", name], ["login", "-u", "user", "-p", "secret", registry.Host]];
        foreach (var words in attempts)
        {
            var refused = await sandbox.BuildSharp.RunAsync(125, words);
            Assert.Contains("certificate", refused.Error, StringComparison.Ordinal);
            Assert.Contains("--cert-dir", refused.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", refused.Error, StringComparison.Ordinal);
        }

        await sandbox.BuildSharp.RunAsync("push", "-q", "--tls-verify=false", "base", name);
    }

    [RequiresFact(All, "docker-registry", "busybox", "runc", "openssl")]
    public async Task Every_verb_takes_the_certificate_of_a_directory_and_the_credentials_of_a_flag()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true, isEncrypted: true);
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("pull", "-q", BusyboxImage.WriteLayout(sandbox["base"]));
        var id = await tool.ReadAsync("images", "-q", "--no-trunc");
        string[] known = ["--cert-dir", Path.GetDirectoryName(registry.AuthorityFile)!, "--creds", $"{TemporaryRegistry.User}:{TemporaryRegistry.Password}"];
        var (name, list) = ($"{registry.Host}/team/base:1", $"{registry.Host}/team/list:1");
        await tool.RunAsync(["push", "-q", .. known, id, name]);
        await tool.RunAsync("manifest", "create", "list");
        await tool.RunAsync(["manifest", "add", .. known, "list", "docker://" + name]);
        await tool.RunAsync(["manifest", "push", "-q", "--all", .. known, "list", "docker://" + list]);
        await tool.RunAsync("rmi", "-a", "-f");

        await tool.RunAsync(["pull", "-q", .. known, name]);
        await tool.RunAsync("rmi", "-a");
        var container = await tool.ReadAsync(["from", "-q", .. known, list]);
        await tool.RunAsync(["commit", "-q", .. known, container, $"docker://{registry.Host}/team/made:1"]);
        await tool.RunAsync("rm", "-a");
        await tool.RunAsync("rmi", "-a");
        sandbox.Write("context/Dockerfile", $"FROM {name}\nCOPY --from={registry.Host}/team/made:1 /bin/busybox /busybox\nRUN /busybox true\n");
        await tool.RunAsync(["bud", "-q", .. known, "context"]);
    }

    [RequiresFact(All, "docker-registry", "busybox", "skopeo", "openssl")]
    public async Task The_directory_for_certificates_of_the_user_is_used_by_all_tools()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true, isEncrypted: true);
        var tool = sandbox.BuildSharp;
        await sandbox.AddBaseImageAsync(tool);
        Directory.CreateDirectory(sandbox[$"../home/.config/containers/certs.d/{registry.Host}"]);
        File.Copy(registry.AuthorityFile, sandbox[$"../home/.config/containers/certs.d/{registry.Host}/own.crt"]);
        await tool.Reading(TemporaryRegistry.Password).RunAsync("login", "-u", TemporaryRegistry.User, "--password-stdin", registry.Host);
        var name = $"{registry.Host}/team/base:1";
        await tool.RunAsync("push", "-q", "--digestfile", sandbox["digest"], "base", name);
        Assert.Equal(await sandbox.Named("skopeo").ReadAsync("inspect", "--format", "{{.Digest}}", "docker://" + name), File.ReadAllText(sandbox["digest"]));
        await tool.RunAsync("rmi", "-a", "-f");
        await tool.RunAsync("pull", "-q", name);
        Assert.Equal($"Removed login credentials for {registry.Host}", await tool.ReadAsync("logout", registry.Host));
        Assert.Contains("buildsharp login", (await tool.RunAsync(125, ["pull", "-q", "--policy", "always", name])).Error, StringComparison.Ordinal);
    }
}
