using System.Globalization;
using System.Text;
using System.Text.Json;
using BuildSharp.Build;
using BuildSharp.Cli.Flags;
using BuildSharp.Oci.Json;
using BuildSharp.Oci.Reporting;
using BuildSharp.Transports;

namespace BuildSharp.Cli.Output.Progress;

/// <summary><c>--progress=json</c>: an object a line on standard error, described in the project's README.</summary>
internal sealed class JsonProgress : IProgressSink, IProgress<CopyEvent>, IProgress<BuildEvent>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly TextWriter _output;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly List<Work> _works = [];
    private readonly Ticker? _ticker;
    private int _lastId;

    /// <param name="output">Receives the lines.</param>
    /// <param name="clock">Gives the time of each line.</param>
    /// <param name="ticks">Whether a thread reports the bytes of what goes on; a test does so by <see cref="Tick"/>.</param>
    internal JsonProgress(TextWriter output, TimeProvider clock, bool ticks = true)
    {
        _output = output;
        _clock = clock;
        _ticker = ticks ? new Ticker(Interval, Tick) : null;
    }

    /// <summary>The sink for a command with <c>--progress=json</c>; null for others.</summary>
    public static JsonProgress? TryOpen(FlagValues flags, Surroundings surroundings) =>
        ProgressFlags.Mode(flags) == ProgressMode.Json ? new JsonProgress(surroundings.Error, surroundings.Clock) : null;

    /// <inheritdoc/>
    public void Start(ProgressItem item)
    {
        lock (_lock)
        {
            var work = new Work(item, ++_lastId);
            _works.Add(work);
            Write("start", json =>
            {
                json.WriteNumber("id"u8, work.Id);
                json.WriteString("kind"u8, KindOf(item.Kind));
                json.WriteString("name"u8, item.Name);
                if (item.Total is { } total)
                {
                    json.WriteNumber("total"u8, total);
                }
            });
            _ticker?.Start();
        }
    }

    /// <inheritdoc/>
    public void End(ProgressItem item)
    {
        lock (_lock)
        {
            var work = _works.Find(work => work.Item == item)!;
            _works.Remove(work);
            WriteBytes(item.IsComplete ? "done" : "stopped", work);
        }
    }

    /// <summary>Reports the bytes of each item whose number has changed.</summary>
    internal void Tick()
    {
        lock (_lock)
        {
            foreach (var work in _works)
            {
                if (work.Item.Bytes != work.Reported)
                {
                    WriteBytes("progress", work);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Report(CopyEvent value)
    {
        switch (value.Step)
        {
            case CopyStep.LayerReused:
                Write("skipped", json => json.WriteString("digest"u8, value.Blob.Digest.ToString()));
                break;
            case CopyStep.LayerDone:
                Write("written", json =>
                {
                    json.WriteString("source"u8, value.Source!.Digest.ToString());
                    json.WriteString("digest"u8, value.Blob.Digest.ToString());
                    json.WriteNumber("size"u8, value.Blob.Size);
                });
                break;
            case CopyStep.Config:
                Write("config", json => json.WriteString("digest"u8, value.Blob.Digest.ToString()));
                break;
            case CopyStep.Manifest or CopyStep.ListManifest:
                Write("manifest", json => json.WriteString("digest"u8, value.Blob.Digest.ToString()));
                break;
            case CopyStep.Instance:
                Write("instance", json =>
                {
                    json.WriteString("digest"u8, value.Blob.Digest.ToString());
                    json.WriteNumber("number"u8, value.Number);
                    json.WriteNumber("count"u8, value.Count);
                });
                break;
            default:
                // The bytes of a layer are reported as an item, and a list by its instances.
                break;
        }
    }

    /// <inheritdoc/>
    public void Report(BuildEvent value) => Report(value, platform: null);

    /// <summary>The sink for the events of one build.</summary>
    /// <param name="platform">Its platform, if there are several; null for one.</param>
    public IProgress<BuildEvent> ForBuild(string? platform)
    {
        if (platform is null)
        {
            return this;
        }

        Write("platform", json => json.WriteString("platform"u8, platform));
        return new PlatformEvents(this, platform);
    }

    private void Report(BuildEvent value, string? platform)
    {
        void Write(string name, Action<Utf8JsonWriter> fields) => this.Write(name, json =>
        {
            if (platform is not null)
            {
                json.WriteString("platform"u8, platform);
            }

            if (value.Place is { } place)
            {
                json.WriteNumber("stage"u8, place.Number);
            }

            fields(json);
        });

        switch (value)
        {
            case StepStarted step:
                Write("step", json =>
                {
                    json.WriteNumber("stages"u8, step.Place?.Count ?? 1);
                    json.WriteNumber("number"u8, step.Number);
                    json.WriteNumber("count"u8, step.Total);
                    json.WriteString("text"u8, step.Text);
                });
                break;
            case CommitStarted commit:
                Write("commit", json => json.WriteString("name"u8, commit.Name ?? ""));
                break;
            case CacheUsed cached:
                Write("cached", json => json.WriteString("image"u8, cached.Id));
                break;
            case CachePulled pulled:
                Write("cache-pulled", json => json.WriteString("from"u8, pulled.From));
                break;
            case CachePushed pushed:
                Write("cache-pushed", json =>
                {
                    json.WriteString("to"u8, pushed.To);
                    json.WriteString("key"u8, pushed.Key);
                });
                break;
            case StepExplained { IsFound: false } missed:
                Write("miss", json =>
                {
                    json.WriteNumber("number"u8, missed.Number);
                    json.WriteString("reason"u8, missed.Phrase);
                });
                break;
            case StepExplained:
                // The event "cached" follows.
                break;
            case ImageMade image:
                Write("image", json => json.WriteString("image"u8, image.Id));
                break;
            case BuildRepeated:
                Write("again", static _ => { });
                break;
            case BuildReproduced reproduced:
                Write("reproduced", json => json.WriteString("digest"u8, reproduced.Manifest.ToString()));
                break;
            case Tagged tagged:
                Write("tagged", json => json.WriteString("name"u8, tagged.Name));
                break;
            case StagesSkipped skipped:
                foreach (var (place, name) in skipped.Stages)
                {
                    Write("unused", json =>
                    {
                        json.WriteNumber("stage"u8, place.Number);
                        json.WriteString("name"u8, name ?? "");
                    });
                }

                break;
            case ShellOpened opened:
                Write("shell", json => json.WriteString("message"u8, opened.Failure));
                break;
            case StageEnded:
                // The next event of the stage's users says the same.
                break;
            case ArgumentsNotConsumed arguments:
                Write("warning", json => json.WriteString("message"u8, $"one or more build args were not consumed: [{string.Join(' ', arguments.Names)}]"));
                break;
            case BuildWarning warning:
                Write("warning", json => json.WriteString("message"u8, warning.Message));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ticker?.Dispose();

    private static string KindOf(ProgressKind kind) => kind switch
    {
        ProgressKind.Blob => "blob",
        ProgressKind.Layer => "layer",
        ProgressKind.Archive => "archive",
        ProgressKind.Hash => "hash",
        ProgressKind.Wait => "wait",
        ProgressKind.Download => "download",
        _ => "files",
    };

    private void WriteBytes(string name, Work work)
    {
        work.Reported = work.Item.Bytes;
        Write(name, json =>
        {
            json.WriteNumber("id"u8, work.Id);
            json.WriteNumber("bytes"u8, work.Reported);
        });
    }

    private void Write(string name, Action<Utf8JsonWriter> fields)
    {
        var line = Encoding.UTF8.GetString(GoJson.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteString("time"u8, _clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("event"u8, name);
            fields(json);
            json.WriteEndObject();
        }));
        lock (_lock)
        {
            _output.WriteLine(line);
        }
    }

    private sealed class PlatformEvents(JsonProgress all, string platform) : IProgress<BuildEvent>
    {
        public void Report(BuildEvent value) => all.Report(value, platform);
    }

    private sealed record Work(ProgressItem Item, int Id)
    {
        public long Reported { get; set; }
    }
}
