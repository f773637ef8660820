using BuildSharp.Build;
using BuildSharp.Cli.Output.Progress;
using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Tests.Cli.Progress;

/// <summary>The lines of <c>--progress=json</c>.</summary>
public sealed class JsonProgressTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly ManualClock _clock = new();
    private readonly JsonProgress _progress;

    public JsonProgressTests() => _progress = new JsonProgress(_output, _clock, ticks: false);

    public void Dispose()
    {
        _progress.Dispose();
        _output.Dispose();
    }

    [Fact]
    public void An_item_starts_is_counted_when_its_bytes_change_and_ends()
    {
        using (var item = ProgressItem.Start(_progress, ProgressKind.Blob, "sha256:00", 100)!)
        {
            item.Add(40);
            _clock.Now += TimeSpan.FromMilliseconds(500);
            _progress.Tick();
            _progress.Tick();
            item.Add(60);
            item.Complete();
        }

        ProgressItem.Start(_progress, ProgressKind.Download, "http://x/\"a\"\n")!.Dispose();
        Assert.Equal(
            """
            {"time":"1970-01-01T00:00:00.000Z","event":"start","id":1,"kind":"blob","name":"sha256:00","total":100}
            {"time":"1970-01-01T00:00:00.500Z","event":"progress","id":1,"bytes":40}
            {"time":"1970-01-01T00:00:00.500Z","event":"done","id":1,"bytes":100}
            {"time":"1970-01-01T00:00:00.500Z","event":"start","id":2,"kind":"download","name":"http://x/\"a\"\n"}
            {"time":"1970-01-01T00:00:00.500Z","event":"stopped","id":2,"bytes":0}

            """, _output.ToString());
    }

    [Fact]
    public void Each_event_of_a_build_has_its_line()
    {
        _progress.Report(new StepStarted(3, 4, "RUN <x> && y") { Place = new StagePlace(1, 2) });
        _progress.Report(new CacheUsed("aa"));
        _progress.Report(new ImageMade("bb"));
        _progress.Report(new CommitStarted(null) { Place = new StagePlace(2, 2) });
        _progress.Report(new Tagged("localhost/a:latest"));
        _progress.Report(new BuildRepeated());
        _progress.Report(new BuildReproduced(Digest.Sha256([])));
        _progress.Report(new ArgumentsNotConsumed(["A", "B"]));
        _progress.Report(new BuildWarning("careful"));
        _progress.Report(new StagesSkipped([(new StagePlace(1, 2), "test")]));
        _progress.ForBuild("linux/arm64").Report(new ImageMade("cc") { Place = new StagePlace(2, 2) });
        Assert.Equal(
            """
            "step","stage":1,"stages":2,"number":3,"count":4,"text":"RUN \u003cx\u003e \u0026\u0026 y"}
            "cached","image":"aa"}
            "image","image":"bb"}
            "commit","stage":2,"name":""}
            "tagged","name":"localhost/a:latest"}
            "again"}
            "reproduced","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
            "warning","message":"one or more build args were not consumed: [A B]"}
            "warning","message":"careful"}
            "unused","stage":1,"name":"test"}
            "platform","platform":"linux/arm64"}
            "image","platform":"linux/arm64","stage":2,"image":"cc"}

            """, _output.ToString().Replace("{\"time\":\"1970-01-01T00:00:00.000Z\",\"event\":", "", StringComparison.Ordinal));
    }
}
