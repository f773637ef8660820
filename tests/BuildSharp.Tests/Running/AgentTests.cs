using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Running.Agents;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

/// <summary>Agents for SSH mounts, used by OpenSSH's own client.</summary>
public sealed class AgentTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresTheory(Needs.None, "ssh-agent", "ssh-add", "ssh-keygen")]
    [InlineData("ed25519", "ED25519", "")]
    [InlineData("rsa", "RSA", "")]
    [InlineData("ecdsa", "ECDSA", "")]
    [InlineData("rsa", "RSA", "-m PEM")]
    public async Task Keys_of_files_are_offered_and_sign(string type, string shown, string format)
    {
        var key = await KeyAsync(type, "", format);
        File.SetUnixFileMode(key, (UnixFileMode)0b110_100_100);
        var mount = new AgentMount { Id = "default", Source = new SshAgentSource { KeyFiles = [key] }, Destination = "/s", Mode = 0b110_000_000 };
        await using var agent = await KeyAgent.StartAsync(_directory.Path, "keys", mount, "/usr/bin");
        await using var proxy = AgentProxy.Start(_directory.Path, "proxy", mount, agent.Socket);
        Assert.Contains($"({shown})", await AskAsync("-l"), StringComparison.Ordinal);
        // Asks for a signature, and checks it.
        await Client("ssh-add").RunAsync("-T", key + ".pub");
    }

    [RequiresFact(Needs.None, "ssh-agent", "ssh-add", "ssh-keygen")]
    public async Task Keys_cannot_be_added_removed_or_locked_through_the_socket()
    {
        var mount = new AgentMount { Id = "x", Source = new SshAgentSource { KeyFiles = [await KeyAsync("ed25519", "")] }, Destination = "/s", Mode = 0b110_000_000 };
        await using var agent = await KeyAgent.StartAsync(_directory.Path, "keys", mount, "/usr/bin");
        await using var proxy = AgentProxy.Start(_directory.Path, "proxy", mount, agent.Socket);
        var before = await AskAsync("-L");
        foreach (var words in (string[][])[["-D"], ["-d", _directory["ed25519"]], ["-x"], [await KeyAsync("rsa", "")]])
        {
            Assert.NotEqual(0, (await Client("ssh-add").Reading("word\nword\n").ExecuteAsync(words)).ExitCode);
        }

        Assert.Equal(before, await AskAsync("-L"));
    }

    [RequiresFact(Needs.None, "ssh-agent", "ssh-add", "ssh-keygen")]
    public async Task A_key_that_cannot_be_used_is_named()
    {
        await FailsAsync(await KeyAsync("ed25519", "passphrase"), "ssh i: ssh-add does not take the key ");
        await FailsAsync(_directory.Write("text", "no key"), "ssh i: ssh-add does not take the key ");
        await FailsAsync(_directory["none"], "ssh i: reading the key ");
        var gone = new AgentMount { Id = "i", Source = new SshAgentSource { Socket = _directory["none"] }, Destination = "/s" };
        var error = Assert.Throws<BuildSharpException>(() => AgentProxy.Start(_directory.Path, "proxy", gone, _directory["none"]));
        Assert.StartsWith("ssh i: connecting to the agent at ", error.Message, StringComparison.Ordinal);

        async Task FailsAsync(string key, string expected)
        {
            var mount = new AgentMount { Id = "i", Source = new SshAgentSource { KeyFiles = [key] }, Destination = "/s" };
            var error = await Assert.ThrowsAsync<BuildSharpException>(() => KeyAgent.StartAsync(_directory.MakeDirectory(Path.GetRandomFileName()), "keys", mount, "/usr/bin"));
            Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<string> KeyAsync(string type, string passphrase, string format = "")
    {
        await Tool.Named("ssh-keygen").RunAsync(["-q", "-t", type, "-N", passphrase, "-f", _directory[type], .. format.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        return _directory[type];
    }

    private Tool Client(string program) => Tool.Named(program).WithEnvironment("SSH_AUTH_SOCK", _directory["proxy"]).WithEnvironment("DISPLAY", null);

    private Task<string> AskAsync(string flag) => Client("ssh-add").ReadAsync(flag);
}
