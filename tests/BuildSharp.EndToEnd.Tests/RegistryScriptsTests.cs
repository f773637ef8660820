using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Scripts written for buildah that pull and push, run unchanged with <c>alias buildah=buildsharp</c> on a registry with TLS and
/// a password. In each, <c>$R</c> is the registry, and <c>$R/lib/base:1</c> is an image with busybox.</summary>
public class RegistryScriptsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "docker-registry", "skopeo", "bash", "busybox", "runc", "openssl")]
    [InlineData("mount", """
        c=$(buildah from $R/lib/base:1)
        m=$(buildah mount $c)
        echo hello >"$m/greeting"
        buildah umount $c
        buildah run $c -- sh -c 'echo one >/lines
        echo two >>/lines'
        buildah run $c sh <<END
        echo three >>/lines
        END
        buildah config --cmd 'cat /lines' --env A=b --label made=here $c
        buildah commit $c $R/lib/mount:1
        buildah rm $c
        buildah push $R/lib/mount:1
        skopeo inspect --format '{{.Labels.made}}' docker://$R/lib/mount:1
        """, "here")]
    [InlineData("pipeline step", """
        IMAGE=$R/lib/step:1
        printf 'FROM %s/lib/base:1\nRUN cp /bin/busybox /app\n' $R >Dockerfile
        buildah --cert-dir=$CERTIFICATES --storage-driver=overlay bud --format=oci --tls-verify=true --no-cache -f ./Dockerfile -t $IMAGE .
        buildah --cert-dir=$CERTIFICATES --storage-driver=overlay push --tls-verify=true --digestfile image-digest $IMAGE docker://$IMAGE
        [ "$(cat image-digest)" = "$(skopeo inspect --format '{{.Digest}}' docker://$IMAGE)" ] && echo same
        """, "same")]
    [InlineData("several tags", """
        printf 'ARG V\nFROM %s/lib/base:1\nARG V\nENV V=$V\n' $R >Dockerfile
        buildah version
        buildah info --format '{{.host.os}}'
        buildah bud -f Dockerfile --format docker --platform linux/amd64 --tls-verify=true -t $R/lib/tags:latest -t $R/lib/tags:2 --label l=m --build-arg V=2 .
        for tag in latest 2; do buildah push --quiet $R/lib/tags:$tag; done
        buildah images --format '{{.Name}}:{{.Tag}} {{.Digest}}' | grep lib/tags:2
        skopeo inspect --format '{{.Labels.l}}' docker://$R/lib/tags:2
        """, "m")]
    [InlineData("several platforms", """
        printf 'FROM scratch\nCOPY Dockerfile /\n' >Dockerfile
        buildah manifest create built
        for arch in amd64 arm64; do buildah bud --arch $arch --manifest built .; done
        buildah manifest push --all built docker://$R/lib/platforms:1
        buildah rmi built
        skopeo inspect --raw docker://$R/lib/platforms:1 | grep -o '"architecture": *"[a-z0-9]*"' | tr -d ' "' | paste -sd' '
        """, "architecture:amd64 architecture:arm64")]
    [InlineData("credentials", """
        buildah logout $R
        ! buildah pull $R/lib/base:1 || exit 1
        buildah pull --creds "$U:$P" $R/lib/base:1
        buildah push --creds "$U:$P" $R/lib/base:1 docker://$R/lib/creds:1
        buildah login -u "$U" --password-stdin $R <<<"$P"
        skopeo list-tags docker://$R/lib/creds | tr -d ' \n'
        """, """{"Repository":"$R/lib/creds","Tags":["1"]}""")]
    [InlineData("clearing up", """
        export BUILDAH_FORMAT=docker
        printf 'FROM %s/lib/base:1 AS one\nRUN echo one >/one\nFROM %s/lib/base:1\nCOPY --from=one /one /\n' $R $R >Dockerfile
        buildah bud --layers -t $R/lib/clear:1 .
        buildah push $R/lib/clear:1
        buildah from $R/lib/base:1 && buildah rm $(buildah containers -q)
        buildah images -q -f dangling=true | xargs -r "$BUILDAH" $OPTIONS rmi -f
        buildah rmi -a -f
        buildah images -q | wc -l
        skopeo inspect --raw docker://$R/lib/clear:1 | grep -o 'vnd.docker.distribution.manifest.v2+json' | head -1
        """, "vnd.docker.distribution.manifest.v2+json")]
    public async Task A_script_for_buildah_pulls_and_pushes(string name, string script, string lastLine)
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true, isEncrypted: true);
        Directory.CreateDirectory(sandbox[$"../home/.config/containers/certs.d/{registry.Host}"]);
        File.Copy(registry.AuthorityFile, sandbox[$"../home/.config/containers/certs.d/{registry.Host}/ca.crt"]);
        await sandbox.Named("skopeo").Reading(TemporaryRegistry.Password)
            .RunAsync("login", "-u", TemporaryRegistry.User, "--password-stdin", registry.Host);
        await sandbox.Named("skopeo").RunAsync("copy", "-q", BusyboxImage.WriteLayout(sandbox["../base"]), $"docker://{registry.Host}/lib/base:1");

        var options = string.Join(' ', sandbox.BuildSharp.LeadingArguments);
        var result = await sandbox.Named("bash")
            .WithEnvironment("R", registry.Host).WithEnvironment("CERTIFICATES", Path.GetDirectoryName(registry.AuthorityFile)!)
            .WithEnvironment("U", TemporaryRegistry.User).WithEnvironment("P", TemporaryRegistry.Password)
            .WithEnvironment("BUILDAH", sandbox.BuildSharp.Program).WithEnvironment("OPTIONS", options)
            .RunAsync(sandbox.Write("script.sh", $"set -eu -o pipefail\nshopt -s expand_aliases\nalias buildah='{sandbox.BuildSharp.Program} {options}'\n{script}\n"));
        Assert.True(result.Lines[^1] == lastLine.Replace("$R", registry.Host, StringComparison.Ordinal), $"{name}:\n{result.Transcript}");
        await sandbox.BuildSharp.RunAsync("check");
    }
}
