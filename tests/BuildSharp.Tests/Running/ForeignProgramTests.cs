using System.Buffers.Binary;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Preparing;
using BuildSharp.Running.Spec;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

public sealed class ForeignProgramTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(62, true, 2, "amd64")]
    [InlineData(183, true, 2, "arm64")]
    [InlineData(22, false, 2, "s390x")]
    [InlineData(21, true, 2, "ppc64le")]
    [InlineData(21, false, 2, "ppc64")]
    [InlineData(8, true, 1, "mipsle")]
    [InlineData(9999, true, 2, null)]
    public void A_program_says_what_processor_it_is_for(int machine, bool isLittle, byte width, string? expected) =>
        Assert.Equal(expected, ForeignProgram.Architecture(Program((ushort)machine, isLittle, width)));

    [Fact]
    public void What_is_no_program_says_nothing()
    {
        Assert.Null(ForeignProgram.Architecture("#!/bin/sh\necho hello\n"u8));
        Assert.Null(ForeignProgram.Architecture("\x7FELF"u8));
        Assert.Null(ForeignProgram.Architecture([]));
    }

    [Fact]
    public void A_program_for_another_processor_is_explained_unless_the_kernel_has_an_interpreter()
    {
        string program = Foreign == 183 ? "arm64" : "amd64", host = Platform.Host.Architecture;
        Directory.CreateDirectory(_directory["root/bin"]);
        File.WriteAllBytes(_directory["root/bin/sh"], Program((ushort)Foreign, isLittle: true, 2));

        // As the kernel shows one: its bytes and which bits of them count.
        var registry = _directory.MakeDirectory("registry");
        File.WriteAllText(Path.Combine(registry, "status"), "enabled\n");
        var advice = "an emulator has to be registered with the kernel (Debian, Ubuntu: apt-get install qemu-user-static)";
        Assert.Equal($"/bin/sh is a program for {program} on a machine of {host}, which this machine cannot run: {advice}", Explain("/bin/sh", registry));
        Assert.NotNull(Explain("bin/sh", registry));

        var magic = Convert.ToHexStringLower(Program((ushort)Foreign, isLittle: true, 2)[..20]);
        File.WriteAllText(Path.Combine(registry, "qemu"), $"enabled\ninterpreter /usr/bin/qemu\nflags: F\noffset 0\nmagic {magic}\nmask ffffffffffffff00fffffffffffffffffeffffff\n");
        Assert.Null(Explain("/bin/sh", registry));
        File.WriteAllText(Path.Combine(registry, "qemu"), $"disabled\ninterpreter /usr/bin/qemu\nflags: F\noffset 0\nmagic {magic}\n");
        Assert.NotNull(Explain("/bin/sh", registry));

        // Where the registrations cannot be seen, how the run ended is all there is to go by.
        Assert.Equal($"/bin/sh is a program for {program} on a machine of {host}, and may not have started: {advice}", Explain("/bin/sh", _directory["none"]));
        Assert.Null(Explain("/bin/sh", _directory["none"], seemsNotStarted: false));
    }

    [Fact]
    public void Other_failures_are_not_explained()
    {
        Directory.CreateDirectory(_directory["root"]);
        _directory.Write("root/script", "#!/bin/sh\n");
        File.CreateSymbolicLink(_directory["root/circle"], "circle");
        File.WriteAllBytes(_directory["root/native"], Program((ushort)(Foreign == 183 ? 62 : 183), isLittle: true, 2));
        Assert.All(["/script", "/circle", "/native", "/missing", "/"], path => Assert.Null(Explain(path, _directory["none"])));
    }

    private static int Foreign => Platform.Host.Architecture == "arm64" ? 62 : 183;

    private string? Explain(string program, string registry, bool seemsNotStarted = true)
    {
        using var root = DirectoryHandle.Open(_directory["root"]);
        var process = new SpecProcess { Args = [program], Cwd = "/", Env = [], User = new SpecUser(0, 0, []), Capabilities = new SpecCapabilities([], [], []) };
        return ForeignProgram.Explain(root, process, seemsNotStarted, registry);
    }

    private static byte[] Program(ushort machine, bool isLittle, byte width)
    {
        var head = new byte[64];
        "\x7FELF"u8.CopyTo(head);
        (head[4], head[5], head[6], head[16]) = (width, (byte)(isLittle ? 1 : 2), 1, 2);
        if (isLittle)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(18), machine);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(18), machine);
        }

        return head;
    }
}
