using BuildSharp.Notation;
using BuildSharp.Running;

namespace BuildSharp.Tests.Running;

/// <summary>What the options of a mount become (Dockerfile reference, "RUN --mount"; buildah-run(1)).</summary>
public sealed class MountSourcesTests
{
    private static readonly MountSources Build = new()
    {
        WorkingDirectory = "/srv",
        Context = "/context",
        Secrets = new Dictionary<string, Secret> { ["s"] = Secret.OfValue("hidden"), ["file.txt"] = Secret.OfValue("hidden") },
        Agents = new Dictionary<string, SshAgentSource> { ["default"] = new() { Socket = "/socket" } },
    };

    [Theory]
    [InlineData("type=bind,src=/h,dst=/c", "bind /context : /h on /c ro private rbind")]
    [InlineData("target=/c", "bind /context : / on /c ro private rbind")]
    [InlineData("src=sub,target=c/../d,rw", "bind /context : sub on /srv/d rw private rbind O")]
    [InlineData("src=sub", "bind /context : sub on /srv ro private rbind")]
    [InlineData("source=/h,destination=/c,bind-propagation=shared,nosuid,bind-nonrecursive", "bind /context : /h on /c shared nosuid ro bind")]
    [InlineData("from=stage,source=/h,target=/c,U", "bind /stage : /h on /c ro private rbind U")]
    [InlineData("type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=700,noexec", "tmpfs on /t noexec 1m 700")]
    [InlineData("type=cache,target=/c", "cache /c:0:0 / on /c rw private rbind Shared 755")]
    [InlineData("type=cache,target=c,ro", "cache /srv/c:0:0 / on /srv/c ro private rbind Shared 755")]
    [InlineData("type=cache,id=k,target=/c,source=sub,uid=1,gid=2,mode=0700,sharing=locked", "cache k:1:2 sub on /c rw private rbind Locked 700")]
    [InlineData("type=cache,from=stage,target=/c", "cache /stage / on /c rw private rbind Shared 755")]
    [InlineData("type=cache,from=image,target=/c", "bind /image : / on /c rw private rbind O")]
    [InlineData("type=cache,from=image,target=/c,ro", "bind /image : / on /c ro private rbind")]
    [InlineData("type=secret,id=s", "secret on /run/secrets/s 400 0:0")]
    [InlineData("type=secret,target=file.txt,mode=0444,uid=5,gid=6", "secret on /srv/file.txt 444 5:6")]
    [InlineData("type=secret,id=s,env=TOKEN", "secret without file TOKEN 400 0:0")]
    [InlineData("type=secret,id=s,env=TOKEN,target=/t", "secret on /t TOKEN 400 0:0")]
    [InlineData("type=secret,id=none", "nothing")]
    [InlineData("type=secret,id=none,required", "secret required but no secret with id \"none\" found")]
    [InlineData("type=ssh", "agent on /run/buildkit/ssh_agent.3 600 0:0")]
    [InlineData("type=ssh,target=/s,mode=0666,uid=5", "agent on /s 666 5:0")]
    [InlineData("type=ssh,id=none", "nothing")]
    [InlineData("type=ssh,id=none,required=true", "ssh required but no ssh with id none found")]
    [InlineData("type=tmpfs,target=/x/..", "invalid mount target \"/\"")]
    public void A_mount_of_RUN_is(string text, string expected) => Assert.Equal(expected, Describe(Build, text));

    [Theory]
    [InlineData("src=/h,dst=/c", "bind /h on /c ro private rbind")]
    [InlineData("src=sub,dst=/c,rw", "bind /here/sub on /c rw private rbind O")]
    [InlineData("dst=/c", "a bind mount needs source=PATH or from=NAME")]
    public void Without_a_context_bind_sources_are_paths_of_the_host(string text, string expected) =>
        Assert.Equal(expected, Describe(new MountSources { WorkingDirectory = "/", HostDirectory = "/here" }, text));

    private static string Describe(MountSources sources, string text)
    {
        try
        {
            var options = MountOptions.Parse(text);
            var from = options.From is null ? null : new MountRoot("/" + options.From, IsImage: options.From == "image");
            return sources.Find(options, from, agentsBefore: 3) switch
            {
                null => "nothing",
                BindMount bind => $"bind {(bind.Root is { } root ? $"{root} : " : "")}{bind.Source} on {Options(bind)}"
                    + (bind.DiscardsWrites ? " O" : "") + (bind.GivesToUser ? " U" : ""),
                CacheMount cache => $"cache {cache.Root ?? $"{cache.Id}:{cache.Owner.Uid}:{cache.Owner.Gid}"} {cache.Source} on {Options(cache)} {cache.Sharing} "
                    + Convert.ToString(cache.Mode, 8),
                SecretMount secret => $"secret {(secret.IsFile ? "on " + secret.Destination : "without file")}{(secret.Env is { } name ? " " + name : "")} "
                    + $"{Convert.ToString(secret.Mode, 8)} {secret.Owner.Uid}:{secret.Owner.Gid}",
                AgentMount agent => $"agent on {agent.Destination} {Convert.ToString(agent.Mode, 8)} {agent.Owner.Uid}:{agent.Owner.Gid}",
                TemporaryMount memory => $"tmpfs on {Options(memory)} {memory.Size} {(memory.Mode is { } mode ? Convert.ToString(mode, 8) : "")}".TrimEnd(),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    private static string Options(RunMount mount) => $"{mount.Destination} {string.Join(' ', mount.Options)}";
}
