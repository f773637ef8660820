using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>containers.conf stands in for flags that are not given, with <c>from</c>, <c>run</c> and <c>bud</c> alike.</summary>
public sealed class ContainersConfTests : IDisposable
{
    private const string Limits = "default_ulimits = [\"nofile=300:400\", \"nproc=1000:1000\"]\n";

    private const string Base = "localhost/base";

    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox")]
    public async Task Commands_live_as_it_says_and_flags_go_before_it()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        var volume = Directory.CreateDirectory(Path.Combine(_sandbox.Work, "volume")).FullName;
        File.WriteAllText(Path.Combine(volume, "file"), "");
        var tool = With($"[containers]\n{Limits}shm_size = \"3m\"\ndefault_capabilities = [\"FOWNER\", \"KILL\"]\nvolumes = [\"{volume}:/vol\"]\ndns_servers = [\"9.9.9.9\"]\ncontainer_name_as_hostname = true\n");
        const string look = "ulimit -n; df -k /dev/shm | tail -1 | awk '{print $2}'; grep CapBnd /proc/self/status; ls /vol; cat /etc/resolv.conf | grep name; hostname";
        var container = await tool.ReadAsync("from", "--name", "own_name", Base);
        Assert.Equal(["300", "3072", "CapBnd:\t0000000000000028", "file", "nameserver 9.9.9.9", "ownname"], await LinesAsync(tool, "run", container, "sh", "-c", look));
        container = await tool.ReadAsync(
            "from", "--ulimit", "nofile=200:200", "--shm-size", "5m", "--cap-drop", "KILL", "--cap-add", "CHOWN", "-v", $"{volume}:/other", "--dns", "8.8.8.8", Base);
        Assert.Equal(
            ["200", "5120", "CapBnd:\t0000000000000009", "file", "nameserver 9.9.9.9", "nameserver 8.8.8.8"],
            (await LinesAsync(tool, "run", container, "sh", "-c", look.Replace("/vol", "/other")))[..^1]);

        File.WriteAllText(Path.Combine(_sandbox.Work, "Dockerfile"), $"FROM {Base}\nRUN {look}\n");
        var built = await LinesAsync(tool, "bud", ".");
        Assert.Subset(built.ToHashSet(), new HashSet<string> { "300", "3072", "CapBnd:\t0000000000000028", "file", "nameserver 9.9.9.9" });
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox")]
    public async Task The_engines_variables_are_those_of_the_program()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        var tool = With($"[containers]\n{Limits}[engine]\nenv = [\"GIVEN=1\", \"BUILDAH_FORMAT=docker\", \"STORAGE_DRIVER=vfs\"]\n");
        File.WriteAllText(Path.Combine(_sandbox.Work, "Dockerfile"), $"FROM {Base}\nARG GIVEN\nRUN echo got $GIVEN\n");
        var result = await tool.RunAsync("bud", "--build-arg", "GIVEN", "-t", "made", ".");
        Assert.Contains("got 1\n", result.Output);
        Assert.Contains("STORAGE_DRIVER has no effect in the env of containers.conf", result.Error);
        Assert.Contains("application/vnd.docker.distribution.manifest.v2+json", await tool.ReadAsync("inspect", "--type", "image", "--format", "{{.Manifest}}", "made"));
        Assert.Contains("got 2\n", (await tool.WithEnvironment("GIVEN", "2").RunAsync("bud", "--build-arg", "GIVEN", ".")).Output);
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox")]
    public async Task The_runtime_is_the_one_of_that_name()
    {
        await _sandbox.AddBaseImageAsync(_sandbox.BuildSharp);
        var runtime = _sandbox.Write("my-runtime", "#!/bin/sh\necho MINE >&2\nexec runc \"$@\"\n");
        File.SetUnixFileMode(runtime, (UnixFileMode)0b111_101_101);
        var tool = With($"[containers]\n{Limits}[engine]\nruntime = \"odd\"\n[engine.runtimes]\nodd = [\"/nowhere/odd\", \"{runtime}\"]\n");
        var container = await tool.ReadAsync("from", Base);
        Assert.Contains("MINE", (await tool.RunAsync("run", container, "true")).Error);
        Assert.DoesNotContain("MINE", (await tool.RunAsync("run", "--runtime", "runc", container, "true")).Error);
        Assert.Equal("odd", await tool.ReadAsync("info", "--format", "{{.host.OCIRuntime}}"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary)]
    public async Task What_cannot_be_obeyed_is_told_and_verbs_that_do_not_need_it_read_nothing()
    {
        var tool = With("[containers]\nunheard = 1\nno_hosts = true\n");
        var error = (await tool.RunAsync("--log-level", "debug", "from", "scratch")).Error;
        Assert.Contains("unknown key containers.unheard", error);
        Assert.Contains("containers.no_hosts has no effect here", error);
        var broken = With("[containers\n");
        Assert.EndsWith(":1: Expected `]` but was `␤`\n", (await broken.RunAsync(125, ["from", "scratch"])).Error);
        await broken.RunAsync("images");
    }

    private Tool With(string configuration) => _sandbox.BuildSharp.WithEnvironment("CONTAINERS_CONF", _sandbox.Write("own.conf", configuration));

    private static async Task<string[]> LinesAsync(Tool tool, params string[] words) => (await tool.ReadAsync(words)).Split('\n');
}
