using BuildSharp.Testing;
using Xunit.Sdk;

namespace BuildSharp.Tests.House;

public class SnapshotTests
{
    [Fact]
    public void What_varies_from_run_to_run_is_replaced()
    {
        using var directory = new TemporaryDirectory();
        string first = new('a', 64), second = new('b', 64);
        Snapshot.Match(
            $"""
            sha256:{first} then sha256:{second} then sha256:{first}
            {second}
            root {directory["root/overlay"]}
            made 2026-01-02T03:04:05.678901234Z, 2026-01-02 03:04:05 +0000 UTC, 3 minutes ago
            short 0123456789ab, 12.3 MB
            """,
            Scrubber.Default.WithShortIds().WithSizes());
    }

    [Fact]
    public void A_mismatch_leaves_the_received_text_and_shows_the_lines_that_differ()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("Case.verified.txt", "same\nold\n");
        var failure = Assert.Throws<XunitException>(() => Snapshot.MatchFile("same\nnew\n", directory["Case"]));
        Assert.Contains("  same\n- old\n+ new\n", failure.Message);
        Assert.Equal("same\nnew\n", File.ReadAllText(directory["Case.received.txt"]));
    }

    [Fact]
    public void A_match_removes_an_old_received_text()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("Case.verified.txt", "same\n");
        directory.Write("Case.received.txt", "left over\n");
        Snapshot.MatchFile("same", directory["Case"]);
        Assert.False(File.Exists(directory["Case.received.txt"]));
    }
}
