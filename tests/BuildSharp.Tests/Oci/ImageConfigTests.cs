using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Oci;

public class ImageConfigTests
{
    private const string Layer = "sha256:c188de05911da1683a1ca1b1ea0818756af48f4ff41970ae6f47c4bd2a4de998";

    // As buildah 1.28 writes them.
    private const string Oci =
        $$$$"""{"created":"2026-11-21T22:44:05.377982438Z","architecture":"amd64","os":"linux","config":{"User":"u","ExposedPorts":{"53/udp":{},"80/tcp":{}},"Env":["PATH=/bin","X=a \u0026\u0026 b"],"Entrypoint":["/e"],"Cmd":["/d/a"],"Volumes":{"/v":{}},"WorkingDir":"/w","Labels":{"h":"\u003cé\u003e","io.buildah.version":"1.28.2"},"StopSignal":"9"},"rootfs":{"type":"layers","diff_ids":["{{{{Layer}}}}"]},"history":[{"created":"2026-11-21T22:44:05.055445121Z","created_by":"/bin/sh -c #(nop) COPY dir:5f in /d/ ","empty_layer":true},{"created":"2026-11-21T22:44:05.379189369Z","created_by":"/bin/sh -c #(nop) CMD [\"/d/a\"]"}]}""";

    private const string DockerContainer =
        """{"Hostname":"e76be443a6dc","Domainname":"","User":"u","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"ExposedPorts":{"53/udp":{},"80/tcp":{}},"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["PATH=/bin"],"Cmd":["/d/a"],"Healthcheck":{"Test":["CMD-SHELL","true"],"Interval":5000000000},"Image":"","Volumes":{"/v":{}},"WorkingDir":"/w","Entrypoint":["/e"],"OnBuild":["RUN x"],"Labels":{"h":"\u003cé\u003e"},"StopSignal":"9","Shell":["/bin/x","-c"]}""";

    private const string DockerEmptyContainer =
        """{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":null,"Image":"","Volumes":null,"WorkingDir":"","Entrypoint":null,"OnBuild":[],"Labels":null}""";

    private const string Docker =
        $$$$"""{"created":"2026-11-21T22:44:06.099918729Z","container":"55f2","container_config":{{{{DockerContainer}}}},"config":{{{{DockerContainer}}}},"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{{{Layer}}}}"]},"history":[{"created":"2026-11-21T22:44:05.732993909Z","created_by":"x","empty_layer":true},{"created":"2026-11-21T22:44:06.10121145Z","created_by":"y"}]}""";

    private const string DockerEmpty =
        $$$$"""{"created":"1970-01-01T00:00:00Z","container_config":{{{{DockerEmptyContainer}}}},"config":{{{{DockerEmptyContainer}}}},"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{{{Layer}}}}"]},"history":[{"created":"1970-01-01T00:00:00Z","created_by":"/bin/sh"}]}""";

    [Fact]
    public void An_oci_config_read_and_written_is_the_same_bytes() => Assert.Equal(Oci, Text(Parse(Oci).ToOciJson()));

    [Theory]
    [InlineData(Docker)]
    [InlineData(DockerEmpty)]
    public void A_docker_config_read_and_written_is_the_same_bytes(string json) => Assert.Equal(json, Text(Parse(json).ToDockerJson()));

    [Fact]
    public void What_only_docker_has_vanishes_from_the_oci_form()
    {
        var oci = Text(Parse(Docker).ToOciJson());

        foreach (var word in new[] { "Healthcheck", "OnBuild", "Shell", "Hostname", "container" })
        {
            Assert.DoesNotContain($"\"{word}", oci, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nulls_bare_strings_and_unknown_fields_are_accepted()
    {
        var config = Parse(
            """{"created":null,"future":{"a":[1]},"architecture":"amd64","os":"linux","config":{"Entrypoint":"/init","Cmd":null,"Env":null,"Labels":null,"Volumes":null,"Healthcheck":null,"New":1},"rootfs":{"type":"layers","diff_ids":null},"history":null}""");

        Assert.Equal(["/init"], config.Config.Entrypoint);
        Assert.Null(config.Config.Cmd);
        Assert.Empty(config.DiffIds);
    }

    [Fact]
    public void Labels_and_volumes_may_differ_in_case_alone()
    {
        var config = Parse("""{"config":{"Labels":{"User":"1","user":"2"},"Volumes":{"/Data":{},"/data":{}}}}""");

        Assert.Equal(["1", "2"], config.Config.Labels.Values);
        Assert.Equal(["/Data", "/data"], config.Config.Volumes);
    }

    [Theory]
    [InlineData("""{"rootfs":{"type":"snapshots"}}""", "snapshots")]
    [InlineData("""{"config":{"Env":[1]}}""", "Env")]
    [InlineData("""{"config":{"User":{}}}""", "User")]
    [InlineData("""{"created":"yesterday"}""", "yesterday")]
    [InlineData("""{"rootfs":{"type":"layers","diff_ids":["sha256:x"]}}""", "diff_ids")]
    [InlineData("""{"config":{"Labels":{"a":"1","a":"2"}}}""", "twice")]
    [InlineData("""{"config":{"User":"1000"},"Config":{"User":"0"}}""", "in case alone")]
    [InlineData("""{"config":{"User":"1000","user":"0"}}""", "in case alone")]
    [InlineData("""{"config":{"user":"0"}}""", "in case alone")]
    [InlineData("""{"config":{"\u0075ser":"0"}}""", "in case alone")]
    [InlineData("""{"config":{"u\u017fer":"0"}}""", "in case alone")]
    [InlineData("""{"config":{"Labels":{"a":1}}}""", "is not a string")]
    [InlineData("""{"config":{"Labels":{"a":"1","\u0061":"2"}}}""", "twice")]
    [InlineData("""{"config":{"Labels":{"a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":"","j":"","d":""}}}""", "\"d\" occurs twice")]
    public void A_broken_config_is_refused_naming_the_field(string json, string field) =>
        Assert.Contains(field, Assert.Throws<BuildSharpException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void All_healthcheck_fields_survive()
    {
        var check = new Healthcheck
        {
            Test = ["CMD", "a"],
            Interval = TimeSpan.FromSeconds(1),
            Timeout = TimeSpan.FromMilliseconds(2.5),
            StartPeriod = TimeSpan.FromMinutes(3),
            StartInterval = TimeSpan.FromTicks(7),
            Retries = 4,
        };
        var config = new ImageConfig { Config = new ContainerConfig { Healthcheck = check } };

        Assert.Equivalent(check, ImageConfig.Parse(config.ToDockerJson()).Config.Healthcheck);
    }

    private static ImageConfig Parse(string json) => ImageConfig.Parse(Encoding.UTF8.GetBytes(json));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
