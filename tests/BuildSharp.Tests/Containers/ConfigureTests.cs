using BuildSharp.Containers.Configuring;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Containers;

/// <summary>What one call of <c>config</c> does to the config (buildah-config(1)).</summary>
public sealed class ConfigureTests
{
    private static readonly ImageConfig Empty = new();

    [Fact]
    public void Values_of_one_flag_apply_in_their_order()
    {
        var image = Apply(new ConfigureRequest { Env = ["A=1", "-", "B=2", "C=3", "B-"] }).Image;
        Assert.Equal(["C=3"], image.Config.Env);
    }

    [Fact]
    public void A_variable_that_is_set_again_goes_to_the_end()
    {
        var image = Apply(new ConfigureRequest { Env = ["A=1", "B=2", "A=$A:3"] }).Image;
        Assert.Equal(["B=2", "A=1:3"], image.Config.Env);
    }

    [Theory]
    [InlineData("a$$b", "a$b", "$")]
    [InlineData("${A:-z}${A-}", "A:-zA-", "A:-z", "A-")]
    [InlineData("$1$12$*${12}", "1" + "12" + "*" + "12", "1", "1", "*", "12")]
    [InlineData("$$A $AB ${ A}", "$A AB  A", "$", "AB", " A")]
    [InlineData("\\$A '$A' $A} {$A} $A. ${A}A", "\\1 '1' 1} {1} 1. 1A")]
    [InlineData("$ $/ $( $: a$", "$ $/ $( $: a$")]
    public void What_follows_a_dollar_is_a_name_by_the_rules_of_Go(string value, string expected, params string[] unknown)
    {
        var call = Apply(new ConfigureRequest { Env = ["A=1", "V=" + value] });
        Assert.Equal(["A=1", "V=" + expected], call.Image.Config.Env);
        Assert.Equal(unknown.Select(name => $"error expanding variable \"{name}\": no value set in configuration"), call.Warnings);
    }

    [Theory]
    [InlineData("x${A", "xA", "${")]
    [InlineData("x${", "x", "${")]
    [InlineData("${}x", "x", "${}")]
    public void Braces_without_a_name_are_left_out_and_told(string value, string expected, string broken)
    {
        var call = Apply(new ConfigureRequest { Env = ["A=1", "V=" + value] });
        Assert.Equal(["A=1", "V=" + expected], call.Image.Config.Env);
        Assert.Equal([$"error expanding \"{value}\": \"{broken}\" is no variable and was left out"], call.Warnings);
    }

    [Fact]
    public void Variables_expand_from_the_container_and_not_from_the_caller()
    {
        var call = Apply(new ConfigureRequest
        {
            Env = ["A=1", "B=$A-${A}x$", "C=$NO", "D"],
            CallerEnvironment = new Dictionary<string, string> { ["NO"] = "caller", ["D"] = "d" },
        });
        Assert.Equal(["A=1", "B=1-1x$", "C=NO", "D=d"], call.Image.Config.Env);
        Assert.Equal(["error expanding variable \"NO\": no value set in configuration"], call.Warnings);
    }

    [Fact]
    public void A_variable_without_value_anywhere_is_an_error() =>
        Assert.Equal(
            "setting env \"K\": no value given",
            Assert.Throws<BuildSharpException>(() => Apply(new ConfigureRequest { Env = ["K"] })).Message);

    [Fact]
    public void A_value_that_ends_in_a_dash_is_a_value()
    {
        var image = Apply(new ConfigureRequest { Env = ["A=x-"], Labels = ["k=v-", "gone=1", "gone-", "bare"], UnsetLabels = ["bare"] }).Image;
        Assert.Equal(["A=x-"], image.Config.Env);
        Assert.Equal("v-", Assert.Single(image.Config.Labels).Value);
    }

    [Theory]
    [InlineData("""["/a","b"]""", new[] { "/a", "b" }, "and will be passed to entrypoint as a parameter")]
    [InlineData("[x]", new[] { "/bin/sh", "-c", "[x]" }, "but will be ignored because of entrypoint settings")]
    [InlineData("run it", new[] { "/bin/sh", "-c", "run it" }, "but will be ignored because of entrypoint settings")]
    public void An_entrypoint_is_a_json_array_or_a_line_for_the_shell(string text, string[] words, string warning)
    {
        var call = Apply(new ConfigureRequest { Entrypoint = text }, Empty with { Config = new ContainerConfig { Cmd = ["c", "d"] } });
        Assert.Equal(words, call.Image.Config.Entrypoint);
        Assert.Equal([$"cmd \"c d\" exists {warning}"], call.Warnings);
    }

    [Fact]
    public void Ports_and_volumes_are_kept_as_spelled()
    {
        var image = Apply(new ConfigureRequest { Ports = ["80", "81", "80-"], Volumes = ["/a/", "/b", "/b-"] }).Image;
        Assert.Equal(["81"], image.Config.ExposedPorts);
        Assert.Equal(["/a/"], image.Config.Volumes);
        Assert.Empty(Apply(new ConfigureRequest { Ports = ["-anything"] }, image).Image.Config.ExposedPorts);
    }

    [Fact]
    public void A_timing_alone_makes_a_health_check_that_checks_nothing()
    {
        var check = Apply(new ConfigureRequest { HealthcheckInterval = TimeSpan.FromSeconds(5) }).Image.Config.Healthcheck!;
        Assert.Equal(["NONE"], check.Test);
        Assert.Equal(TimeSpan.FromSeconds(5), check.Interval);
        Assert.Equal(TimeSpan.FromSeconds(30), check.Timeout);
        Assert.Equal(3, check.Retries);
        Assert.Null(Apply(new ConfigureRequest { HealthcheckStartInterval = TimeSpan.FromSeconds(5) }).Image.Config.Healthcheck);
    }

    [Fact]
    public void History_has_one_entry_for_each_changed_item()
    {
        var call = Apply(new ConfigureRequest
        {
            AddHistory = true,
            User = "u",
            Shell = new WordList("/bin/bash -c", ["/bin/bash", "-c"]),
            StopSignal = "9",
            Ports = ["80"],
            Env = ["A=1", "B=2"],
            Entrypoint = """["x"]""",
            Cmd = new WordList("a b", ["a", "b"]),
            Volumes = ["/v", "/v2"],
            Healthcheck = new WordList("CMD curl", ["CMD", "curl"]),
            HealthcheckInterval = TimeSpan.FromSeconds(90),
            Labels = ["a=b", "c"],
            WorkingDir = "/w",
            OnBuild = ["RUN x"],
        });
        Assert.Equal(
            [
                "USER u", "SHELL /bin/bash -c", "STOPSIGNAL 9", "EXPOSE 80", "ENV A=1 B=2", "ENTRYPOINT [\"x\"]", "CMD a b", "VOLUME /v", "VOLUME /v2",
                "HEALTHCHECK --interval=1m30s CMD curl", "LABEL a=b c", "WORKDIR /w", "ONBUILD RUN x",
            ],
            call.History);
    }

    [Fact]
    public void What_only_docker_images_hold_is_kept_and_warned_about()
    {
        var request = new ConfigureRequest { Hostname = "h", Domainname = "d", Comment = "c", OnBuild = ["RUN x"] };
        var call = Apply(request);
        Assert.Equal(
            [
                "COMMENT is not supported for OCI image format, comment c will be ignored. Must use `docker` format",
                "DOMAINNAME is not supported for OCI image format, domainname d will be ignored. Must use `docker` format",
                "HOSTNAME is not supported for OCI V1 image format, hostname h will be ignored. Must use `docker` format",
                "ONBUILD is not supported for OCI image format, RUN x will be ignored. Must use `docker` format",
            ],
            call.Warnings);
        Assert.Equal("h", call.Image.Config.Hostname);
        var docker = new ConfigureCall(request, Empty, new Dictionary<string, string>(), docker: true);
        docker.Apply();
        Assert.Empty(docker.Warnings);
    }

    private static ConfigureCall Apply(ConfigureRequest request, ImageConfig? image = null)
    {
        var call = new ConfigureCall(request, image ?? Empty, new Dictionary<string, string>(), docker: false);
        call.Apply();
        return call;
    }
}
