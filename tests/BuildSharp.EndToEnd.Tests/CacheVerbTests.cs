using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary><c>cache ls|export|import|rm</c>.</summary>
public class CacheVerbTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Filling = """
        FROM base
        RUN --mount=type=cache,id=npm,target=/c --mount=type=cache,target=/w/go,uid=1000,gid=1001,mode=0750 \
          mkdir -p /c/deep/er && echo kept > /c/deep/er/file && ln /c/deep/er/file /c/hard && ln -s deep/er/file /c/soft && chown 7:8 /c/hard && chmod 4751 /c/hard && \
          touch -h -d 2001-02-03 /c/soft && touch -d 2001-02-03 /c/hard && echo .wh > /c/.wh.name && echo go > /w/go/mod && mknod /c/null c 1 3 && mkfifo /c/pipe && : > "/c/a b$(printf '\377')"
        """;

    private const string Listing = """
        cd "$TMPDIR"/buildah-cache-0/*$1 && find . -mindepth 1 ! -name null ! -name pipe -printf '%p %y %#m %U:%G %s %n %Ts %l\n' | sort | sed "s/^/$2/" && getfattr -Rdhm - --absolute-names . 2>/dev/null | sort
        """;

    [RequiresTheory(All, "runc", "busybox", "sh", "setfattr", "docker-registry")]
    [InlineData("file")]
    [InlineData("pipe")]
    [InlineData("layout")]
    [InlineData("registry")]
    public async Task A_build_on_another_machine_sees_the_files_of_the_caches(string way)
    {
        using var here = await WithCachesAsync();
        using var there = await WithBaseAsync();
        await using var registry = await TemporaryRegistry.StartAsync();
        await here.Named("sh").RunAsync("-c", "setfattr -n user.note -v kept \"$TMPDIR\"/buildah-cache-0/*/hard");
        var place = way switch { "file" => there["caches.tar"], "layout" => $"oci:{there["layout"]}:caches", _ => $"docker://{registry.Host}/team/caches:main" };
        if (way == "pipe")
        {
            await here.Named("sh").RunAsync("-c", $"{Words(here)} cache export -o - | TMPDIR={there.Work}/../tmp {Words(there)} cache import -");
        }
        else
        {
            var written = await here.BuildSharp.ReadAsync(["cache", "export", .. way == "file" ? ["-o", place] : new[] { place }, .. way == "registry" ? ["--tls-verify=false"] : Array.Empty<string>()]);
            Assert.StartsWith("sha256:", written, StringComparison.Ordinal);
            var read = await there.BuildSharp.RunAsync(["cache", "import", place, .. way == "registry" ? ["--tls-verify=false"] : Array.Empty<string>()]);
            Assert.Equal(["/w/go", "npm"], read.Lines.Order(StringComparer.Ordinal));
        }

        // Everything is as it was, without device, pipe and setuid.
        foreach (var cache in await NamesAsync(here))
        {
            var before = await here.Named("sh").ReadAsync("-c", Listing, "sh", cache, "");
            var after = await there.Named("sh").ReadAsync("-c", Listing, "sh", cache, "");
            Assert.Equal(before.Replace(" 04751 ", " 0751 ", StringComparison.Ordinal), after);
        }

        Assert.Equal("", await there.Named("sh").ReadAsync("-c", "find \"$TMPDIR\"/buildah-cache-0/ -type c -o -type p -o -perm /6000 -type f"));
        Assert.Contains("1000:1001 750", await there.Named("sh").ReadAsync("-c", "stat -c '%u:%g %a' \"$TMPDIR\"/buildah-cache-0/*"));
        there.Write("Dockerfile", "FROM base\nRUN --mount=type=cache,id=npm,target=/x --mount=type=cache,target=/w/go,uid=1000,gid=1001 cat /x/soft /w/go/mod > /seen\n");
        await there.BuildSharp.RunAsync("bud", "-q", "-t", "seen", ".");
        Assert.Equal("kept\ngo", await there.BuildSharp.ReadAsync("run", await there.BuildSharp.ReadAsync("from", "seen"), "cat", "/seen"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(there.Work, "../tmp/buildah-cache-0"), ".*-*"));
    }

    [RequiresFact(All, "runc", "busybox", "sh")]
    public async Task Caches_are_listed_with_ids_sizes_and_uses_and_removed_by_id_or_name()
    {
        using var sandbox = await WithCachesAsync();
        await sandbox.Named("sh").RunAsync("-c", "mkdir \"$TMPDIR\"/buildah-cache-0/0123456789abcdef && echo other > \"$TMPDIR\"/buildah-cache-0/0123456789abcdef/f");
        var rows = JsonNode.Parse(await sandbox.BuildSharp.ReadAsync("cache", "ls", "--json"))!.AsArray();
        Assert.Equal(["/w/go 3 1000:1001", "<buildah's> 6 0:0", "npm 9 0:0"], rows.Select(row => $"{row!["id"] ?? "<buildah's>"} {row["size"]} {row["owner"]}").Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.InRange(DateTimeOffset.Parse((string)row!["lastUse"]!), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1)));
        var table = await sandbox.BuildSharp.RunAsync("cache", "ls");
        Assert.Matches(@"^NAME +ID +SIZE +LAST USE *$", table.Lines[0]);
        Assert.Contains(table.Lines, line => System.Text.RegularExpressions.Regex.IsMatch(line, "^[0-9a-f]{16} +npm +9 B +(Less than a|[0-9]+) seconds? ago *$"));
        Assert.Equal("npm=0:0", (await sandbox.BuildSharp.ReadAsync("cache", "ls", "--format", "{{.ID}}={{.Owner}}")).Split('\n').Single(line => line.StartsWith('n')));

        var unknown = await sandbox.BuildSharp.RunAsync(125, ["cache", "rm", "npn"]);
        Assert.Equal("Error: there is no cache \"npn\"; \"cache ls\" lists them\n", unknown.Error);
        await sandbox.BuildSharp.RunAsync("cache", "rm", "npm", "0123456789abcdef");
        Assert.Equal("/w/go", (await sandbox.BuildSharp.ReadAsync("cache", "ls", "-n", "--format", "{{.ID}}")).Trim());
        await sandbox.BuildSharp.RunAsync("cache", "rm", "--all");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("cache", "ls", "-q"));
        foreach (var (words, message) in new (string[], string)[]
        {
            (["lst"], "unknown command \"lst\" for cache (did you mean ls?); known are ls, export, import, rm"),
            (["ls", "--all"], "cache ls has no --all; it belongs to rm"),
            (["export"], "cache export: say where to: -o FILE, or a place such as docker://registry.example.com/team/caches:main"),
            (["import"], "cache import takes one place"),
            (["rm"], "cache rm: name the caches, or give --all"),
        })
        {
            Assert.Equal($"Error: {message}\n", (await sandbox.BuildSharp.RunAsync(125, ["cache", .. words])).Error);
        }
    }

    [RequiresFact(All, "runc", "busybox", "sh")]
    public async Task A_cache_in_use_is_waited_for_and_not_removed()
    {
        using var sandbox = await WithCachesAsync();
        sandbox.Write("Dockerfile", "FROM base\nRUN --mount=type=cache,id=npm,target=/c echo new > /c/hard; touch /w/started; while [ -e /w/started ] && [ ! -e /w/go ]; do sleep 0.05; done; echo newer > /c/hard\n");
        Directory.CreateDirectory(sandbox["w"]);
        var build = sandbox.BuildSharp.RunAsync("bud", "-q", "-v", $"{sandbox["w"]}:/w", ".");
        await Moment.Until(() => File.Exists(sandbox["w/started"]), "the command runs");
        Assert.Contains("the cache npm is in use", (await sandbox.BuildSharp.RunAsync(125, ["cache", "rm", "npm"])).Error);
        Assert.Contains("the cache npm is in use and stays", (await sandbox.BuildSharp.RunAsync("cache", "rm", "--all")).Error);

        var export = sandbox.BuildSharp.RunAsync("--debug", "cache", "export", "oci:layout:caches", "npm");
        // The place is opened, then the cache is locked.
        await Moment.Until(() => Directory.Exists(sandbox["layout"]), "the export begins");
        File.WriteAllText(sandbox["w/go"], "");
        await build;
        Assert.Contains("waiting for the cache npm", (await export).Error);
        await sandbox.BuildSharp.RunAsync("cache", "rm", "npm");
        await sandbox.BuildSharp.RunAsync("cache", "import", "oci:layout:caches");
        Assert.Equal("newer", await sandbox.Named("sh").ReadAsync("-c", "cat \"$TMPDIR\"/buildah-cache-0/*/hard"));
    }

    public static TheoryData<string, string> Attacks => new()
    {
        { "t.add('../../escaped')", "leads outside the root" },
        { "t.link('out', '/etc'); t.add('out/escaped')", "" },
        { "t.hard('h', '../../../etc/passwd')", "leads outside" },
        { "n['buildsharp.cache.name'] = '../../../x'", "is not the name of a cache" },
        { "n['buildsharp.cache.name'] = 'buildah-cache-lockfiles'", "is not the name of a cache" },
        { "n['buildsharp.cache.name'] = '0123456789abcdef'", "is not the name of a cache npm of 0:0" },
        { "n['buildsharp.cache.owner'] = 'root'", "is not a number" },
        { "n['buildsharp.cache.mode'] = '99'", "is not a number" },
        { "del n['buildsharp.cache.mode']", "has no annotation buildsharp.cache.mode" },
        { "m['layers'].append(m['layers'][0])", "twice" },
        { "m['artifactType'] = 'text/plain'", "holds no caches" },
        { "blob[4] ^= 1", "sha256" },
        { "blob[:] = gzip.compress(bytes(100 * 1024 * 1024 * 2))", "expands more than" },
    };

    [RequiresTheory(All, "runc", "busybox", "python3")]
    [MemberData(nameof(Attacks))]
    public async Task A_hostile_archive_changes_nothing_outside_its_cache(string attack, string message)
    {
        using var sandbox = await WithCachesAsync();
        await sandbox.BuildSharp.RunAsync("cache", "export", "oci:layout:caches", "npm");
        var before = await sandbox.Named("sh").ReadAsync("-c", "cd \"$TMPDIR\" && find . ../work/../ -maxdepth 3 ! -path '*layout*' ! -name '*.py' ! -path '*store*' | sort; cat buildah-cache-0/*/hard");
        sandbox.Write("attack.py", $$"""
            import gzip, hashlib, io, json, os, tarfile
            def path(d): return 'layout/blobs/sha256/' + d['digest'][7:]
            def put(d, data):
                d['digest'], d['size'] = 'sha256:' + hashlib.sha256(data).hexdigest(), len(data); open(path(d), 'wb').write(data)
            index = json.load(open('layout/index.json')); m = json.load(open(path(index['manifests'][0]))); n = m['layers'][0]['annotations']
            class Tar:
                entries = []
                def one(self, name, **more):
                    i = tarfile.TarInfo(name); [setattr(i, k, v) for k, v in more.items()]; self.entries.append(i)
                def add(self, name): self.one(name)
                def link(self, name, to): self.one(name, type=tarfile.SYMTYPE, linkname=to)
                def hard(self, name, to): self.one(name, type=tarfile.LNKTYPE, linkname=to)
            t = Tar(); blob = bytearray(open(path(m['layers'][0]), 'rb').read()); original = bytes(blob)
            {{attack}}
            if t.entries:
                out = io.BytesIO(); tar = tarfile.open(fileobj=out, mode='w:gz'); [tar.addfile(i) for i in t.entries]; tar.close(); blob[:] = out.getvalue()
            if bytes(blob) != original:
                if 'blob[4]' in {{JsonValue.Create(attack).ToJsonString()}}: open(path(m['layers'][0]), 'wb').write(blob)
                else: put(m['layers'][0], bytes(blob))
            put(index['manifests'][0], json.dumps(m).encode()); json.dump(index, open('layout/index.json', 'w'))
            """);
        await sandbox.Named("python3").RunAsync("attack.py");
        var result = await sandbox.BuildSharp.ExecuteAsync(["cache", "import", "oci:layout:caches"]);
        if (message.Length > 0)
        {
            Assert.Equal(125, result.ExitCode);
            Assert.Contains(message, result.Error, StringComparison.Ordinal);
            Assert.Equal(before, await sandbox.Named("sh").ReadAsync("-c", "cd \"$TMPDIR\" && find . ../work/../ -maxdepth 3 ! -path '*layout*' ! -name '*.py' ! -path '*store*' | sort; cat buildah-cache-0/*/hard"));
        }

        Assert.False(File.Exists("/etc/escaped"));
        Assert.False(File.Exists("/escaped"));
    }

    [RequiresFact(All, "runc", "busybox", "buildah")]
    public async Task A_cache_of_buildah_goes_the_same_way()
    {
        using var sandbox = await WithBaseAsync();
        await sandbox.AddBaseImageAsync(sandbox.Buildah);
        sandbox.Write("Dockerfile", "FROM base\nRUN --mount=type=cache,target=/c echo buildah > /c/f\n");
        await sandbox.Buildah.RunAsync("bud", "-q", ".");
        await sandbox.BuildSharp.RunAsync("cache", "export", "-o", "caches.tar");
        await sandbox.BuildSharp.RunAsync("cache", "rm", "--all");
        await sandbox.BuildSharp.RunAsync("cache", "import", "caches.tar");
        sandbox.Write("Dockerfile", "FROM base\nRUN --mount=type=cache,target=/c cat /c/f\n");
        Assert.Contains("buildah", (await sandbox.Buildah.RunAsync("bud", ".")).Lines);
    }

    private static string Words(Sandbox sandbox) => string.Join(' ', [sandbox.BuildSharp.Program, .. sandbox.BuildSharp.LeadingArguments]);

    private static async Task<string[]> NamesAsync(Sandbox sandbox) => (await sandbox.BuildSharp.ReadAsync("cache", "ls", "-q")).Split('\n');

    private static async Task<Sandbox> WithBaseAsync()
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        return sandbox;
    }

    private static async Task<Sandbox> WithCachesAsync()
    {
        var sandbox = await WithBaseAsync();
        sandbox.Write("Dockerfile", Filling);
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--cap-add", "MKNOD", ".");
        return sandbox;
    }
}
