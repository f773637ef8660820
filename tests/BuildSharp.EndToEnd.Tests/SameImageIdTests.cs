using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>With a fixed time an image has the ID that buildah gives it, so that layers, config and history are the same bytes. The IDs are
/// those that buildah 1.43.2 printed; older versions, Debian's among them, write other histories and layers.</summary>
public class SameImageIdTests
{
    public static TheoryData<string, string, string[], string> Images => new()
    {
        { "a layer for all", "FROM scratch\nCOPY f /\nLABEL a=b\n", ["--timestamp", "0"], "09cc178e1a44978b298f1c9e1fe1650b45d04cc2691a6b661fc2a175a26aa70d" },
        { "a layer each", "FROM scratch\nCOPY f /\nLABEL a=b\n", ["--timestamp", "0", "--layers"], "784251ab66e0438dccc55ae3610b3dd5644cc3de5d81526da78c6acc895d6db7" },
        { "nothing", "FROM scratch\n", ["--timestamp", "0"], "741122abcf62c92a4f343a28d093405a8bd530f2db865e0a758050ed32ee9881" },
        { "instructions", "FROM scratch\nARG A=1\nENV B=$A\nCOPY d /d\nADD --chown=1:2 f /o/\nCOPY --chmod=600 d/a f /m/\nWORKDIR /w\nUSER 7\nEXPOSE 80\nSTOPSIGNAL 9\nCMD [\"x\"]\nENTRYPOINT [\"y\"]\nMAINTAINER me\n", ["--timestamp", "0", "--layers"], "6eb1166aa05d818a5f9b2caaf1ff8cf4435581070c41f1f45dac0ae33ce484a6" },
        { "stages", "FROM scratch AS one\nCOPY --chown=3:4 d /d\nFROM one\nENV A=b\nCOPY --from=one /d/a /a\n", ["--timestamp", "0"], "620485a1be0e25c9d101f990ef7b3b02f470e701cca0ac7937dc46257bd0582e" },
        { "stages, a layer each", "FROM scratch AS one\nCOPY --chown=3:4 d /d\nFROM one\nENV A=b\nCOPY --from=one /d/a /a\n", ["--timestamp", "0", "--layers"], "620485a1be0e25c9d101f990ef7b3b02f470e701cca0ac7937dc46257bd0582e" },
        { "one layer", "FROM scratch\nCOPY f /\nCOPY d /d\n", ["--timestamp", "0", "--squash"], "df25e68c16b49f5f049bfcaec74d3ce426e9437e6901abd304c4d0a687995609" },
        { "other ways to copy", "FROM scratch\nCOPY --parents d/e/x /p/\nCOPY --link d /l\nCOPY <<EOF /h\nhello\nEOF\n", ["--timestamp", "0", "--layers"], "c95ff8d9aaf06285be4eb429f6efc3707799ecd6243a86a0054e4a8fdbdf9df5" },
        { "flags that the history tells", "FROM scratch\nLABEL a=b c=d\nCOPY f /\n", ["--timestamp", "0", "--layers", "--unsetlabel", "a", "--label", "e=f", "--annotation", "n=1", "--unsetannotation", "m", "--inherit-annotations=false", "--inherit-labels=false"], "5e5177ea0cb14ce6cd2e89879cdd90b6e5991a6ee715409ef4d511d2c84f0229" },
        { "an argument that is the time", "FROM scratch\nARG SOURCE_DATE_EPOCH\nCOPY f /\n", ["--build-arg", "SOURCE_DATE_EPOCH=9", "--rewrite-timestamp", "--layers"], "55c9288d1e19c66d2c17de715e0a15952db0d56e190d165f6f1eb8302f6b5789" },
    };

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary, "sh")]
    [MemberData(nameof(Images))]
    public async Task An_image_with_a_fixed_time_has_the_ID_that_buildah_gives_it(string name, string dockerfile, string[] flags, string id)
    {
        _ = name;
        using var sandbox = new Sandbox();
        await sandbox.Named("sh").RunAsync("-ec", """
            umask 022; mkdir -p context/d/e; cd context
            echo f > f; echo a > d/a; echo x > d/e/x; chmod 755 d/e/x; ln -s a d/l; ln d/a d/h; chown -R 9:65534 f d
            """);
        sandbox.Write("context/Dockerfile", dockerfile);
        Assert.Equal(id, await sandbox.BuildSharp.ReadAsync(["bud", "-q", .. flags, "context"]));
    }
}
