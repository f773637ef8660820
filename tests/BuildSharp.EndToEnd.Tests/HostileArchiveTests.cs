using System.Globalization;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Archives and layouts that would fill the disk, or keep a verb waiting for ever.</summary>
public class HostileArchiveTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "tar")]
    [InlineData("gnu")]
    [InlineData("pax")]
    public async Task Holes_of_an_archives_file_stay_holes(string format)
    {
        using var sandbox = new Sandbox();
        await sandbox.Named("sh").RunAsync("-ec", $"""
            truncate -s 64M s; printf a | dd of=s conv=notrunc status=none; printf b | dd of=s bs=1 seek=40000000 conv=notrunc status=none
            tar -S --format={format} -cf s.tar s
            """);
        sandbox.Write("Dockerfile", "FROM scratch\nADD s.tar /\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "-t", "sparse", ".");

        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        await sandbox.BuildSharp.RunAsync("add", "-q", container, "s.tar", "/");
        var added = Path.Combine(await sandbox.BuildSharp.ReadAsync("mount", container), "s");

        await sandbox.Named("cmp").RunAsync("s", added);
        Assert.InRange(long.Parse(await sandbox.Named("stat").ReadAsync("-c", "%b", added), CultureInfo.InvariantCulture), 1, 500);
    }

    [RequiresFact(All, "tar")]
    public async Task Holes_count_as_what_they_claim()
    {
        using var sandbox = new Sandbox();
        await sandbox.Named("sh").RunAsync("-ec", "truncate -s 5T s; tar -S -cf s.tar s; rm s");
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");

        var refused = await sandbox.BuildSharp.RunAsync(125, ["add", container, "s.tar", "/"]);

        Assert.Contains("its sparse files come to more than 64 GiB", refused.Error, StringComparison.Ordinal);
    }

    [RequiresTheory(All, "mkfifo")]
    [InlineData("docker-archive:pipe")]
    [InlineData("oci-archive:pipe")]
    [InlineData("docker-archive:/dev/zero")]
    [InlineData("oci-archive:/dev/zero")]
    [InlineData("oci:layout")]
    [InlineData("dir:directory")]
    public async Task A_pipe_or_a_device_in_the_place_of_an_image_is_refused_at_once(string image)
    {
        using var sandbox = new Sandbox();
        await sandbox.Named("sh").RunAsync("-ec", """
            mkfifo pipe; mkdir layout directory; printf '{"imageLayoutVersion":"1.0.0"}' >layout/oci-layout; mkfifo layout/index.json directory/manifest.json
            """);

        var refused = await sandbox.BuildSharp.Within(TimeSpan.FromSeconds(20)).RunAsync(125, ["pull", "-q", image]);

        Assert.Contains("not a regular file", refused.Error, StringComparison.Ordinal);
    }

    [RequiresFact(All)]
    public async Task An_archive_is_read_from_standard_input_and_from_a_descriptor()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("push", "-q", "base", "docker-archive:image.tar:localhost/again:1");
        var call = string.Join(' ', [sandbox.BuildSharp.Program, .. sandbox.BuildSharp.LeadingArguments]);

        await sandbox.Named("bash").RunAsync("-ec", $"cat image.tar | {call} pull -q docker-archive:/dev/stdin; {call} pull -q docker-archive:<(cat image.tar)");

        Assert.Contains("localhost/again", await sandbox.BuildSharp.ReadAsync("images"), StringComparison.Ordinal);
    }
}
