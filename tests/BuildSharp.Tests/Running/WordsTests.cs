using BuildSharp.Running;
using BuildSharp.Running.Spec;

namespace BuildSharp.Tests.Running;

/// <summary>How flags of <c>run</c> are read: one line each way.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("/h:/c", "/h /c rw private rbind")]
    [InlineData("/h:/c/../d//:ro,z,rslave", "/h /d rslave ro rbind")]
    [InlineData("/h\\:x:/c:nodev,O,U", "/h:x /c nodev rw private rbind O U")]
    [InlineData("/h", "incorrect volume format \"/h\": expected HOST:CONTAINER[:OPTIONS]")]
    [InlineData("h:/c", "invalid volume \"h:/c\": the host's path must be absolute")]
    [InlineData("/h:c", "invalid mount \"/h:c\": the container's path must be absolute")]
    [InlineData("/h:/c:ro,rw", "invalid volume \"/h:/c:ro,rw\": more than one of ro and rw")]
    [InlineData("/h:/c:fast", "invalid mount option \"fast\" in volume \"/h:/c:fast\"")]
    [InlineData("/h:/c:O,upperdir=/u", "invalid volume \"/h:/c:O,upperdir=/u\": upperdir and workdir are given together, and with O")]
    [InlineData("/h:/c:upperdir=/u,workdir=/w", "invalid volume \"/h:/c:upperdir=/u,workdir=/w\": upperdir and workdir are given together, and with O")]
    [InlineData("/h:/c:O,upperdir=u,workdir=/w", "invalid volume \"/h:/c:O,upperdir=u,workdir=/w\": upperdir must be an absolute path")]
    public void A_volume_is_read(string text, string expected) => Assert.Equal(expected, Describe(() => RunMount.OfVolume(text)));

    [Theory]
    [InlineData("/dev/fuse", "/dev/fuse /dev/fuse rwm")]
    [InlineData("/dev/fuse:/dev/x", "/dev/fuse /dev/x rwm")]
    [InlineData("/dev/fuse:r", "/dev/fuse /dev/fuse r")]
    [InlineData("/dev/fuse:/dev/x:rw", "/dev/fuse /dev/x rw")]
    [InlineData("/dev/fuse:rx", "invalid device mode: rx")]
    [InlineData("fuse", "invalid device specification: fuse")]
    [InlineData("vendor.com/gpu=0", "vendor.com/gpu=0  ")]
    [InlineData("vendor.com/gpu=", "invalid device specification: vendor.com/gpu=")]
    [InlineData("/dev/a=b", "/dev/a=b /dev/a=b rwm")]
    public void A_device_is_read(string text, string expected)
    {
        string found;
        try
        {
            var device = DeviceRequest.Parse(text);
            found = $"{device.Source} {device.Destination} {device.Access}";
        }
        catch (FormatException e)
        {
            found = e.Message;
        }

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("", "private", null, "")]
    [InlineData("bridge", "private", null, "")]
    [InlineData("default", "default", null, "")]
    [InlineData("host", "host", null, "")]
    [InlineData("pasta:--mtu,1500", "pasta:--mtu,1500", "pasta", "--mtu 1500")]
    [InlineData("slirp4netns", "slirp4netns", "slirp4netns", "")]
    [InlineData("back,front", "back,front", null, "back front")]
    public void A_network_is_a_word_a_helper_or_names(string text, string meant, string? helper, string further)
    {
        var choice = NetworkChoice.Parse(text);
        Assert.Equal((meant, helper, further), (choice.Text, choice.Helper, string.Join(' ', [.. choice.Names, .. choice.HelperOptions])));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a,,b")]
    [InlineData("-a")]
    public void What_can_be_no_network_is_refused(string text) => Assert.Equal(
        $"--network {text}: it is host, none, private, the name of a network, pasta, slirp4netns or ns:PATH",
        Assert.Throws<FormatException>(() => NetworkChoice.Parse(text)).Message);

    [Theory]
    [InlineData("256m", 268_435_456)]
    [InlineData("1G", 1_073_741_824)]
    [InlineData("100", 100)]
    [InlineData("100b", 100)]
    [InlineData("12x", -1)]
    [InlineData("", -1)]
    [InlineData("-1", -1)]
    [InlineData("9999999999g", -1)]
    public void A_size_is_read(string text, long expected)
    {
        if (expected < 0)
        {
            Assert.Throws<FormatException>(() => RunResources.ParseSize(text));
        }
        else
        {
            Assert.Equal(expected, RunResources.ParseSize(text));
        }
    }

    [Fact]
    public void Unknown_words_are_refused()
    {
        Assert.Equal("unrecognized isolation type \"jail\": known are oci, chroot and rootless", Message(() => IsolationWords.Parse("jail")));
        Assert.Equal("invalid namespace \"mine\": expected host, private, container or ns:PATH", Message(() => NamespaceChoice.Parse("mine")));
        Assert.Equal("invalid --security-opt name=value pair: \"x\"", Message(() => SecurityOptions.Parse(["x"])));
        Assert.Equal("invalid --security-opt 2: \"x=1\"", Message(() => SecurityOptions.Parse(["x=1"])));
    }

    private static string Message(Func<object> parse) => Assert.Throws<FormatException>(parse).Message;

    private static string Describe(Func<RunMount> parse)
    {
        try
        {
            var mount = parse();
            var bind = mount as BindMount;
            return $"{bind?.Source ?? "tmpfs"} {mount.Destination} {string.Join(' ', mount.Options)}"
                + (bind is { DiscardsWrites: true } ? " O" : "") + (bind is { GivesToUser: true } ? " U" : "");
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
