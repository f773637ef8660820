using BuildSharp.Build;
using BuildSharp.Build.Instructions;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Build;

public class ConfigInstructionsTests
{
    [Theory]
    [InlineData("WORKDIR /a/b/", "/a/b")]
    [InlineData("WORKDIR b\nWORKDIR ../c", "/base/c")]
    [InlineData("WORKDIR /", "/")]
    [InlineData("WORKDIR ../../..", "/")]
    public void A_working_directory_is_joined_to_the_one_before(string lines, string expected) =>
        Assert.Equal(expected, Apply(lines, new ContainerConfig { WorkingDir = "/base" }).WorkingDir);

    [Fact]
    public void An_entrypoint_clears_an_inherited_command_but_not_this_stages()
    {
        var inherited = new ContainerConfig { Cmd = ["old"] };
        Assert.Null(Apply("ENTRYPOINT [\"x\"]", inherited).Cmd);
        Assert.Equal(["new"], Apply("CMD [\"new\"]\nENTRYPOINT [\"x\"]", inherited).Cmd);
    }

    [Fact]
    public void Shell_forms_use_the_stages_shell()
    {
        var config = Apply("SHELL [\"/bin/bash\",\"-ec\"]\nCMD a  b", new ContainerConfig());
        Assert.Equal(["/bin/bash", "-ec", "a  b"], config.Cmd);
        Assert.Equal(["/bin/sh", "-c", "a"], Apply("ENTRYPOINT a", new ContainerConfig()).Entrypoint);
    }

    [Theory]
    [InlineData("EXPOSE 80", "80/tcp")]
    [InlineData("EXPOSE 53/UDP", "53/udp")]
    [InlineData("EXPOSE 8000-8002", "8000/tcp 8001/tcp 8002/tcp")]
    [InlineData("EXPOSE 127.0.0.1:8080:80", "80/tcp")]
    [InlineData("EXPOSE 80/ 81-82/", "80/tcp 81/tcp 82/tcp")]
    public void Ports_are_written_out(string line, string expected) =>
        Assert.Equal(expected.Split(' '), Apply(line, new ContainerConfig()).ExposedPorts);

    [Theory]
    [InlineData("EXPOSE 80/x", "invalid port: \"80/x\": invalid proto: x")]
    [InlineData("EXPOSE 9-8", "invalid port: \"9-8\": invalid containerPort: 9-8")]
    [InlineData("EXPOSE 65536", "invalid containerPort")]
    public void A_word_that_is_no_port_is_an_error(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<DockerfileException>(() => Apply(line, new ContainerConfig())).Message);

    [Fact]
    public void A_healthcheck_keeps_its_form()
    {
        Assert.Equal(["CMD-SHELL", "echo ok"], Apply("HEALTHCHECK --interval=5s CMD echo ok", new ContainerConfig()).Healthcheck!.Test);
        Assert.Equal(["CMD", "x"], Apply("HEALTHCHECK CMD [\"x\"]", new ContainerConfig()).Healthcheck!.Test);
        Assert.Equal(["NONE"], Apply("HEALTHCHECK NONE", new ContainerConfig()).Healthcheck!.Test);
    }

    [Theory]
    [InlineData("ENV", "v@=y")]
    [InlineData("LABEL", "v@=y")]
    [InlineData("EXPOSE", "@")]
    [InlineData("VOLUME", "/v@")]
    public void Four_times_the_words_take_about_four_times_the_memory(string instruction, string word)
    {
        string Line(int words) => $"{instruction} {string.Join(' ', Enumerable.Range(1, words).Select(number => word.Replace("@", $"{number}", StringComparison.Ordinal)))}";
        long Allocated(int words)
        {
            var line = Line(words);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Apply(line, new ContainerConfig());
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(10);
        Assert.InRange(Allocated(8_000), 0, 6 * Allocated(2_000));
    }

    private static ContainerConfig Apply(string lines, ContainerConfig before)
    {
        var image = new ImageConfig { Config = before };
        var cmdSetHere = false;
        foreach (var instruction in StagePlanner.Read(lines.Split('\n'), "Dockerfile"))
        {
            image = ConfigInstructions.Apply(image, instruction.Expand(_ => null), cmdSetHere);
            cmdSetHere |= instruction is CmdInstruction;
        }
        return image.Config;
    }
}
