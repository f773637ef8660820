using System.Text;

namespace BuildSharp.EndToEnd.Tests.Fuzzing;

/// <summary>One thing that the binary reads, and how a broken one gets to it.</summary>
/// <param name="Name">What it is, for reports.</param>
/// <param name="Prepare">Writes the next input into the bench and returns the command line that reads it.</param>
internal sealed record FuzzTarget(string Name, Func<FuzzBench, Mutator, string[]> Prepare)
{
    private static readonly string[] Dockerfiles =
    [
        "# syntax=docker/dockerfile:1\n# escape=\\\nARG V=1\nFROM scratch AS a\nENV A=1 B=\"x y\" C=${V:-2}\nLABEL a.b='c'\nWORKDIR /w/${A}\nCOPY --chown=1:2 f g* /d/\n",
        "FROM scratch\nCOPY <<E1 <<-\"E2\" /h/\none $A\nE1\n\ttwo\n\tE2\nVOLUME [\"/v\", \"/w\"]\nEXPOSE 80/tcp 8000-8010\nHEALTHCHECK --interval=1m30s --retries=3 CMD [\"x\"]\n",
        "FROM scratch AS b\nADD --checksum=sha256:00 --exclude=*.o f /x\nUSER u:g\nSTOPSIGNAL SIGTERM\nSHELL [\"/bin/sh\", \"-c\"]\nONBUILD COPY . /\nENTRYPOINT [\"a\"]\nCMD b c\nFROM b\nCOPY --from=b --link --parents ./f /y\n",
        "FROM scratch\nRUN --mount=type=cache,target=/c,id=i,mode=0700 --network=none true\nMAINTAINER m\nENV a b\nARG x y=z\n",
    ];

    private static readonly string[] Templates =
        ["{{.ID}} {{json .}}", "{{range .Names}}{{printf \"%q %5d\" . 3}}{{else}}x{{end}}", "{{if and .Size (gt (len .Tag) 1)}}a{{end}}", "{{define \"x\"}}{{.}}{{end}}{{template \"x\" .Name}}", "table {{.Name}}\\t{{.Tag | upper}}", "{{with $x := index .OCIv1.Config.Env 0}}{{$x}}{{end}}"];

    private static readonly (string Flag, string[] Samples)[] BuildFlags =
    [
        ("--cache-ttl", ["1h30m", "-1.5s", "3us"]), ("--platform", ["linux/amd64", "linux/arm/v7,linux/arm64"]), ("--build-arg", ["A=b", "A"]),
        ("--memory", ["10m", "2GiB"]), ("--memory-swap", ["-1", "1g"]), ("--shm-size", ["64m"]), ("--ulimit", ["nofile=1:2", "core=-1"]), ("--volume", ["/a:/b:ro,z", "/a:/b:O"]),
        ("--add-host", ["a;b:1.2.3.4", "x:host-gateway"]), ("--dns", ["1.1.1.1", "::1"]), ("--device", ["/dev/null:/dev/x:rwm"]), ("--cap-add", ["CAP_CHOWN", "all"]),
        ("--security-opt", ["seccomp=unconfined", "mask=/a:/b"]), ("--label", ["a=b"]), ("--annotation", ["a=b"]), ("--timestamp", ["0", "1600000000"]), ("--build-context", ["x=docker-image://base", "x=."]),
        ("--secret", ["id=a,env=B", "id=a,src=f"]), ("--network", ["host", "none"]), ("--userns-uid-map", ["0:1:2"]), ("--jobs", ["2"]), ("--target", ["a"]), ("--tag", ["a:b", "docker.io/x/y:z", "oci:o"]),
        ("--from", ["scratch", "base"]), ("--unsetenv", ["A"]), ("--env", ["A=b", "A"]), ("--cpuset-cpus", ["0-1"]), ("--source-date-epoch", ["1"]), ("--pull", ["never"]), ("--format", ["oci"]),
    ];

    private static readonly (string Flag, string[] Samples)[] ConfigFlags =
    [
        ("--env", ["A=b", "A=$PATH:${A:-x}", "A-"]), ("--label", ["a=b", "a-"]), ("--cmd", ["a 'b c'", "[\"x\"]"]), ("--entrypoint", ["[\"a\",\"b\"]", "a b"]), ("--port", ["80", "1-3/udp", "80-"]),
        ("--volume", ["/v", "/v-"]), ("--user", ["a:b", "0"]), ("--workingdir", ["/w", "w"]), ("--stop-signal", ["SIGKILL", "9"]), ("--healthcheck", ["CMD x", "NONE"]), ("--healthcheck-interval", ["1m", "1.5h3us"]),
        ("--healthcheck-retries", ["3"]), ("--arch", ["arm64"]), ("--os", ["linux"]), ("--annotation", ["a=b"]), ("--onbuild", ["RUN x"]), ("--shell", ["/bin/sh -c"]), ("--author", ["a"]), ("--created-by", ["x"]),
    ];

    /// <summary>Everything that a stranger or a typing error can break.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        File("Dockerfile, tree", "D", Dockerfiles, path => ["dockerfile", "ast", path]),
        File("Dockerfile, expanded", "D", Dockerfiles, path => ["dockerfile", "expand", "--build-arg", "V=3", path]),
        File("Dockerfile, checked", "D", Dockerfiles, path => ["bud", "--check", "-f", path, "context"]),
        File("Dockerfile, built", "D", Dockerfiles, path => ["bud", "-q", "--pull=never", "-f", path, "context"]),
        File("ignore file", "ignore", ["*.o\n!a.o\n# c\n**/x?\n/[a-z]*/\n", "*\n!f\n"], path => ["copy", "-q", "--contextdir", "context", "--ignorefile", path, "c", ".", "/x/"]),
        File("archive", "a.tar", bench => bench.Archives, path => ["add", "-q", "c", path, "/a/"]),
        File("context archive", "a.tar", bench => bench.Archives, path => ["bud", "-q", "--pull=never", path]),
        File("docker archive", "d.tar", bench => bench.Archives, path => ["pull", "-q", "docker-archive:" + path]),
        File("layout archive", "o.tar", bench => bench.Archives, path => ["pull", "-q", "oci-archive:" + path]),
        File("manifest", "dir/manifest.json", bench => bench.Manifests, _ => ["pull", "-q", "dir:dir"]),
        File("layout index", "layout/index.json", bench => bench.Indexes, _ => ["pull", "-q", "oci:layout:x"]),
        new("image config", (bench, mutator) => bench.WriteConfig(mutator.Bytes(bench.Configs))),
        File("container state", bench => bench.StatePath, bench => bench.States, _ => ["inspect", "--type", "container", "damaged"]),
        File("list of images", bench => bench.ImageRecordsPath, bench => bench.ImageRecords, _ => ["--root", "damaged/root", "--runroot", "damaged/run", "images"]),
        File("storage.conf", "storage.conf", ["[storage]\ndriver = \"overlay\"\ngraphroot = \"/nowhere\"\nrunroot = \"/nowhere\"\n[storage.options]\nadditionalimagestores = [ \"/x\", ]\n"], _ => ["--version"]),
        File("trust policy", "policy.json", ["{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"dir\":{\"\":[{\"type\":\"insecureAcceptAnything\"}]}}}"], path => ["pull", "-q", "--signature-policy", path, "dir:dir"]),
        Words("template of images", Templates, word => ["images", "--format", word]),
        Words("template of inspect", Templates, word => ["inspect", "--type", "image", "--format", word, "base"]),
        Words("filter", ["dangling=true", "label=a=b", "before=base", "reference=*/b?se:[a-z]*", "since=x"], word => ["images", "--filter", word]),
        Words("name of an image", ["localhost/base:latest", "docker.io/a/b:c@sha256:00", "oci:layout:x", "containers-storage:[overlay@/a+/b]x", "dir:dir"], word => ["inspect", "--type", "image", word]),
        Words("name of a list", ["list", "localhost/base:latest", "docker://a/b"], word => ["manifest", "inspect", word]),
        Words("address", ["http://127.0.0.1:1/f", "https://a:b@127.0.0.1:1/x.git#r:d", "git@127.0.0.1:x", "file:///nowhere/.git#x"], word => ["add", "-q", "--retry", "0", "c", "http://127.0.0.1:1/" + word, "/"]),
        Words("flag of bud", BuildFlags, (flag, word) => ["bud", "-q", "--pull=never", "-f", "Dockerfile", flag, word, "context"]),
        Words("flag of config", ConfigFlags, (flag, word) => ["config", flag, word, "c"]),
        Words("owner and mode", [("--chown", ["a:b", "1:2"]), ("--chmod", ["u=rwX,go-w", "0755"]), ("--exclude", ["**/a", "!x"]), ("--from", ["base"])], (flag, word) => ["copy", "-q", flag, word, "c", "context/f", "/o"]),
        Words("command line", ["images --all --format x", "from --name a scratch", "run --mount type=bind,src=/a,dst=/b c x", "--log-level debug info", "rm -a b"], word => word.Split(' ') is ["rm" or "rmi" or "push" or "commit" or "check", ..] ? ["--help"] : ["no-such-verb", .. word.Split(' ')]),
    ];

    private static FuzzTarget File(string name, string path, string[] samples, Func<string, string[]> command)
    {
        byte[][] bytes = [.. samples.Select(Encoding.UTF8.GetBytes)];
        return File(name, path, _ => bytes, command);
    }

    private static FuzzTarget File(string name, string path, Func<FuzzBench, IReadOnlyList<byte[]>> samples, Func<string, string[]> command) =>
        File(name, bench => bench.Sandbox[path], samples, command);

    private static FuzzTarget File(
        string name, Func<FuzzBench, string> path, Func<FuzzBench, IReadOnlyList<byte[]>> samples, Func<string, string[]> command) =>
        new(name, (bench, mutator) =>
        {
            System.IO.File.WriteAllBytes(path(bench), mutator.Bytes(samples(bench)));
            return command(path(bench));
        });

    private static FuzzTarget Words(string name, string[] samples, Func<string, string[]> command) =>
        new(name, (_, mutator) => command(mutator.Word(samples)));

    private static FuzzTarget Words(string name, (string Flag, string[] Samples)[] flags, Func<string, string, string[]> command) => new(name, (_, mutator) =>
    {
        var (flag, samples) = mutator.Choose(flags);
        return command(flag, mutator.Word(samples));
    });
}
