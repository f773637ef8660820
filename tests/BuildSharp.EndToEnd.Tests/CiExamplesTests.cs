using System.Text.RegularExpressions;
using BuildSharp.Testing;
using YamlDotNet.RepresentationModel;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The scripts in <c>examples/</c> of CI systems, run with the environment that these systems give, against a registry with a
/// password.</summary>
public partial class CiExamplesTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private const string Dockerfile = """
        FROM REGISTRY/base
        ARG REVISION
        RUN --mount=type=cache,target=/cache echo "$REVISION" >> /cache/builds && cat /cache/builds > /builds
        CMD ["cat", "/builds"]
        """;

    [RequiresTheory(All, "bash", "runc", "busybox", "skopeo", "docker-registry")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_step_of_the_Tekton_task_builds_pushes_and_tells_its_results(bool isBound)
    {
        await using var ci = await StartAsync("overlay", isEncrypted: isBound);
        var task = Read("tekton/task.yaml")[0];
        var step = (YamlMappingNode)task["spec"]["steps"][0];
        var given = new Dictionary<string, string>
        {
            ["params.IMAGE"] = $"{ci.Registry.Host}/team/app:1",
            ["params.CONTEXT"] = ".",
            ["params.TLSVERIFY"] = isBound ? "true" : "false",
            ["params.BUILD_EXTRA_ARGS"] = "--layers --label a=b",
            ["workspaces.source.path"] = ci.Sandbox.Work,
            ["workspaces.sslcertdir.bound"] = isBound ? "true" : "false",
            ["workspaces.sslcertdir.path"] = isBound ? Path.GetDirectoryName(ci.Registry.AuthorityFile)! : "",
            ["workspaces.dockerconfig.bound"] = "true",
            ["workspaces.dockerconfig.path"] = ci.Sandbox["docker"],
            ["results.IMAGE_URL.path"] = ci.Sandbox["url"],
            ["results.IMAGE_DIGEST.path"] = ci.Sandbox["digest"],
        };
        foreach (var parameter in (YamlSequenceNode)task["spec"]["params"])
        {
            if (((YamlMappingNode)parameter).Children.TryGetValue("default", out var standard) && standard is YamlScalarNode { Value: var value })
            {
                given.TryAdd($"params.{parameter["name"]}", value!);
            }
        }

        // Every variable has a place in the task, and an array without values is one empty word.
        var environment = ((YamlSequenceNode)step["env"]).Select(variable => ($"{variable["name"]}", Variable().Replace($"{variable["value"]}", match => given[match.Groups[1].Value])));
        Assert.Equal("$(params.BUILD_ARGS[*])", Assert.Single((YamlSequenceNode)step["args"]).ToString());
        // In a pod /tmp is the step's own.
        var script = $"{step["script"]}".Replace("/tmp/", ci.Sandbox.Work + "/", StringComparison.Ordinal);
        await ci.RunAsync(script, environment, "");
        var digest = File.ReadAllText(ci.Sandbox["digest"]);
        Assert.Equal(digest, await ci.InspectAsync("team/app:1", "{{.Digest}}"));
        Assert.Equal("b", await ci.InspectAsync("team/app:1", "{{.Labels.a}}"));
        Assert.Equal($"{ci.Registry.Host}/team/app:1", File.ReadAllText(ci.Sandbox["url"]));

        await ci.RunAsync(script, [.. environment, ("PARAM_SKIP_PUSH", "true"), ("PARAM_IMAGE", "unpushed")], "REVISION=r1", "OTHER=x");
        Assert.Equal(digest, File.ReadAllText(ci.Sandbox["digest"]));
    }

    [RequiresFact(All, "bash", "busybox", "skopeo", "docker-registry")]
    public async Task The_jobs_of_GitLab_build_with_the_caches_of_the_job_before_and_release_what_was_built()
    {
        await using var ci = await StartAsync("vfs");
        var file = Read("gitlab-ci/.gitlab-ci.yml")[0];
        (string, string)[] environment =
        [
            .. ((YamlMappingNode)file["variables"]).Select(pair => ($"{pair.Key}", $"{pair.Value}")),
            ("CI_REGISTRY", ci.Registry.Host), ("CI_REGISTRY_USER", TemporaryRegistry.User), ("CI_REGISTRY_PASSWORD", TemporaryRegistry.Password),
            ("CI_REGISTRY_IMAGE", $"{ci.Registry.Host}/team/app"), ("CI_COMMIT_SHORT_SHA", Commit[..8]), ("CI_COMMIT_REF_SLUG", "main"),
            ("CI_DEFAULT_BRANCH", "main"), ("CI_PROJECT_URL", "https://gitlab.example.com/team/app"), ("CI_COMMIT_TAG", "v1"),
        ];
        string Script(string job) => "set -eo pipefail\n" + string.Join('\n', Lines((YamlSequenceNode)file[job]["script"]));

        await ci.RunAsync(Script("build"), [.. environment, ("CI_COMMIT_SHA", "first")]);
        // The next job runs on a machine that knows nothing.
        await ci.Sandbox.BuildSharp.RunAsync("cache", "rm", "--all");
        await ci.Sandbox.BuildSharp.RunAsync("rmi", "--all", "--force");
        await ci.RunAsync(Script("build"), [.. environment, ("CI_COMMIT_SHA", "second")]);
        var container = await ci.Sandbox.BuildSharp.ReadAsync("from", $"{ci.Registry.Host}/team/app:{Commit[..8]}");
        Assert.Equal("first\nsecond", await ci.Sandbox.BuildSharp.ReadAsync("run", "--isolation", "chroot", container, "cat", "/builds"));
        Assert.Equal("second", await ci.InspectAsync($"team/app:{Commit[..8]}", "{{index .Labels \"org.opencontainers.image.revision\"}}"));
        Assert.All(((YamlSequenceNode)file["build"]["artifacts"]["paths"]).Select(path => ci.Sandbox[$"{path}"]), path => Assert.True(File.Exists(path), path));

        await ci.RunAsync(Script("release"), environment);
        Assert.Equal(await ci.InspectAsync($"team/app:{Commit[..8]}", "{{.Digest}}"), await ci.InspectAsync("team/app:v1", "{{.Digest}}"));
    }

    [RequiresFact(All, "bash", "busybox", "skopeo", "docker-registry")]
    public async Task The_steps_of_the_workflow_for_GitHub_lint_build_and_push()
    {
        await using var ci = await StartAsync("vfs");
        var job = Read("github-actions/.github/workflows/image.yml")[0]["jobs"]["image"];
        var (output, summary) = (ci.Sandbox.Write("output", ""), ci.Sandbox.Write("summary", ""));
        (string, string)[] environment =
        [
            .. Variables(job["env"]), ("REGISTRY", ci.Registry.Host), ("IMAGE", $"{ci.Registry.Host}/team/app"), ("GITHUB_OUTPUT", output), ("GITHUB_STEP_SUMMARY", summary),
            ("GITHUB_ACTOR", TemporaryRegistry.User), ("GITHUB_SHA", Commit), ("GITHUB_REF_NAME", "feature/x"), ("GITHUB_REPOSITORY", "team/app"),
            ("GITHUB_SERVER_URL", "https://github.com"), ("CI", "true"), ("GITHUB_ACTIONS", "true"),
        ];
        foreach (var step in ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>().Where(step => step.Children.ContainsKey("run")))
        {
            // The registry of the test has no certificate; registries.conf says so, and the flag would overrule it.
            var script = $"set -eo pipefail\n{step["run"]}".Replace("--tls-verify=true ", "", StringComparison.Ordinal);
            await ci.RunAsync(script, [.. environment, ("TOKEN", TemporaryRegistry.Password)]);
        }

        var digest = await ci.InspectAsync("team/app:feature-x", "{{.Digest}}");
        Assert.Equal(digest, await ci.InspectAsync($"team/app:{Commit}", "{{.Digest}}"));
        Assert.Matches($"^image-id=sha256:[0-9a-f]{{64}}\ndigest={digest}\n$", File.ReadAllText(output));
        Assert.Matches(@"/team/app +\| +feature-x +\|", File.ReadAllText(summary));
        Assert.True(File.Exists(ci.Sandbox[$"{((YamlSequenceNode)job["steps"]).Last()["with"]["path"]}"]));
    }

    [RequiresFact(All, "bash", "busybox", "skopeo", "docker-registry")]
    public async Task The_Jobs_of_Kubernetes_build_one_image_and_one_for_each_architecture()
    {
        await using var ci = await StartAsync("vfs");
        var job = Container(Read("kubernetes-job/job.yaml")[0]);
        var image = $"{ci.Registry.Host}/team/app:latest";
        (string, string)[] Environment(YamlNode container) =>
        [
            .. ((YamlSequenceNode)container["env"]).Select(variable => ($"{variable["name"]}", $"{variable["value"]}")),
            ("HOME", ci.Sandbox.Work), ("SOURCE", ci.Sandbox.Work), ("IMAGE", image), ("REGISTRY_AUTH_FILE", ci.Sandbox["docker/config.json"]), ("TERMINATION_LOG", ci.Sandbox["message"]),
        ];
        string Script(YamlNode container) => $"set -eu\n{container["args"][0]}".Replace("/work/", ci.Sandbox.Work + "/", StringComparison.Ordinal);

        await ci.RunAsync(Script(job), Environment(job));
        Assert.Equal($"{image}@{await ci.InspectAsync("team/app:latest", "{{.Digest}}")}", File.ReadAllText(ci.Sandbox["message"]));

        var jobs = Read("kubernetes-job/platforms.yaml");
        var build = Container(jobs[0]);
        ci.Sandbox.Write("Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY Dockerfile /built-for-$TARGETARCH\n");
        foreach (var (index, machine) in new[] { "x86_64", "aarch64" }.Index())
        {
            await ci.WriteProgramAsync("uname", $"#!/bin/sh\necho {machine}\n");
            await ci.RunAsync(Script(build), [.. Environment(build), ("JOB_COMPLETION_INDEX", $"{index}")]);
            await ci.Sandbox.BuildSharp.RunAsync("rmi", "--all", "--force");
        }

        Assert.Equal($"{jobs[0]["spec"]["completions"]}", Environment(Container(jobs[1])).Single(variable => variable.Item1 == "PARTS").Item2);
        await ci.RunAsync(Script(Container(jobs[1])), Environment(Container(jobs[1])));
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            Assert.Equal(architecture, await ci.InspectAsync("team/app:latest", "{{.Architecture}}", "--override-arch", architecture));
        }
    }

    [RequiresFact(Needs.Binary)]
    public async Task The_image_that_the_examples_use_has_a_Dockerfile_without_mistakes() =>
        Assert.Equal("Check complete, nothing found.", await Tool.BuildSharp.In(Path.Combine(Checkout.Root, "examples/kubernetes-job/image")).ReadAsync("dockerfile", "lint"));

    private static IReadOnlyList<YamlNode> Read(string example)
    {
        using var text = File.OpenText(Path.Combine(Checkout.Root, "examples", example));
        var yaml = new YamlStream();
        yaml.Load(text);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    private static IEnumerable<(string, string)> Variables(YamlNode map) => ((YamlMappingNode)map).Select(pair => ($"{pair.Key}", $"{pair.Value}"));

    // A list in a list of commands, as by a YAML anchor, is a part of it.
    private static IEnumerable<string> Lines(YamlSequenceNode commands) =>
        commands.SelectMany(command => command is YamlSequenceNode list ? Lines(list) : [((YamlScalarNode)command).Value!]);

    private static YamlNode Container(YamlNode job)
    {
        var container = job["spec"]["template"]["spec"]["containers"][0];
        Assert.Equal("bash,-euc", string.Join(',', (YamlSequenceNode)container["command"]));
        return container;
    }

    private static async Task<Ci> StartAsync(string driver, bool isEncrypted = false)
    {
        var ci = new Ci(new Sandbox(driver), await TemporaryRegistry.StartAsync(isClosed: true, isEncrypted: isEncrypted));
        await ci.PrepareAsync();
        return ci;
    }

    [GeneratedRegex(@"\$\(([^)]+)\)")]
    private static partial Regex Variable();

    /// <summary>A machine that a CI system starts jobs on, and its registry.</summary>
    private sealed class Ci(Sandbox sandbox, TemporaryRegistry registry) : IAsyncDisposable
    {
        public Sandbox Sandbox => sandbox;

        public TemporaryRegistry Registry => registry;

        public async Task PrepareAsync()
        {
            sandbox.Write("registries.conf", $"[[registry]]\nlocation = \"{registry.Host}\"\ninsecure = true\n");
            var credentials = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{TemporaryRegistry.User}:{TemporaryRegistry.Password}"));
            sandbox.Write("docker/config.json", $"{{\"auths\":{{\"{registry.Host}\":{{\"auth\":\"{credentials}\"}}}}}}");
            sandbox.Write("Dockerfile", Dockerfile.Replace("REGISTRY", registry.Host, StringComparison.Ordinal));
            sandbox.Write(".containerignore", "*\n!Dockerfile\n");
            Directory.CreateDirectory(sandbox["bin"]);
            foreach (var name in new[] { "buildah", "buildsharp" })
            {
                File.CreateSymbolicLink(sandbox["bin/" + name], Checkout.Binary);
            }

            await sandbox.Named("skopeo").RunAsync(
                "copy", "-q", "--dest-tls-verify=false", "--dest-creds", $"{TemporaryRegistry.User}:{TemporaryRegistry.Password}",
                BusyboxImage.WriteLayout(sandbox["base"]), $"docker://{registry.Host}/base:latest");
        }

        public async Task WriteProgramAsync(string name, string script) => await sandbox.Named("chmod").RunAsync("755", sandbox.Write("bin/" + name, script));

        public Task RunAsync(string script, IEnumerable<(string Name, string Value)> environment, params string[] arguments)
        {
            var bash = environment.Aggregate(
                sandbox.Named("bash")
                    .WithEnvironment("PATH", $"{sandbox["bin"]}:{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin")
                    .WithEnvironment("CONTAINERS_REGISTRIES_CONF", sandbox["registries.conf"]),
                (tool, variable) => tool.WithEnvironment(variable.Name, variable.Value));
            return bash.RunAsync([sandbox.Write("script", script), .. arguments]);
        }

        public Task<string> InspectAsync(string image, string format, params string[] flags) => sandbox.Named("skopeo").ReadAsync(
            [.. flags, "inspect", "--tls-verify=false", "--creds", $"{TemporaryRegistry.User}:{TemporaryRegistry.Password}", "--format", format, $"docker://{registry.Host}/{image}"]);

        public async ValueTask DisposeAsync()
        {
            await registry.DisposeAsync();
            sandbox.Dispose();
        }
    }
}
