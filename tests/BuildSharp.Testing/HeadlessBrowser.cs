using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Sdk;

namespace BuildSharp.Testing;

/// <summary>A real browser without a window that shows one page, driven over a pipe (Chrome DevTools Protocol).</summary>
public sealed class HeadlessBrowser : IAsyncDisposable
{
    /// <summary>Its program, a package of Debian's of the same name.</summary>
    public const string Program = "chromium-headless-shell";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly Process _process;
    private readonly FileStream _commands;
    private readonly FileStream _answers;
    private string? _session;
    private int _lastId;

    private HeadlessBrowser()
    {
        Tool.Named("mkfifo").Run([_directory["commands"], _directory["answers"]]);
        // Its own sandbox does not work for root, and the page is a file of the test.
        var command = $"exec {Program} --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --user-data-dir=profile --remote-debugging-pipe 3<commands 4>answers";
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardError = true, WorkingDirectory = _directory.Path })!;
        // What it complains about does not matter, but a full pipe would stop it.
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        _commands = new FileStream(_directory["commands"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        _answers = new FileStream(_directory["answers"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    }

    /// <summary>Opens a page and waits until it has loaded.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="width">Width of the window in pixels.</param>
    /// <param name="height">Height of the window in pixels.</param>
    /// <param name="isDark">Whether the user prefers dark colours.</param>
    public static async Task<HeadlessBrowser> OpenAsync(string address, int width, int height, bool isDark = false)
    {
        var browser = new HeadlessBrowser();
        try
        {
            var target = await browser.SendAsync("Target.createTarget", new() { ["url"] = "about:blank" });
            browser._session = (string?)(await browser.SendAsync("Target.attachToTarget", new() { ["targetId"] = (string?)target["targetId"], ["flatten"] = true }))["sessionId"];
            await browser.SendAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 500 });
            await browser.SendAsync("Emulation.setEmulatedMedia", new()
            {
                ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
            });
            await browser.SendAsync("Page.navigate", new() { ["url"] = address });
            await browser.EvaluateAsync("new Promise(done => document.readyState === 'complete' ? done(1) : addEventListener('load', () => done(1)))");
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Value of a JavaScript expression in the page; of a promise, what it becomes.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        return answer["exceptionDetails"] is { } error ? throw new XunitException($"{expression}: {error.ToJsonString()}") : answer["result"]!["value"];
    }

    /// <summary>Clicks with the mouse into the middle of an element, after it was brought into view.</summary>
    /// <param name="selector">CSS selector.</param>
    public async Task ClickAsync(string selector)
    {
        var place = await EvaluateAsync($$"""
            (() => { const e = document.querySelector({{JsonValue.Create(selector).ToJsonString()}}); e.scrollIntoView({ block: "center" });
            const r = e.getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()
            """);
        foreach (var kind in new[] { "mousePressed", "mouseReleased" })
        {
            await SendAsync("Input.dispatchMouseEvent", new() { ["type"] = kind, ["x"] = (double)place!["x"]!, ["y"] = (double)place["y"]!, ["button"] = "left", ["clickCount"] = 1 });
        }
    }

    /// <summary>Presses a key on the element that has the focus.</summary>
    /// <param name="key">Its name, such as <c>Enter</c>.</param>
    /// <param name="text">What it types.</param>
    public async Task PressAsync(string key, string text)
    {
        await SendAsync("Input.dispatchKeyEvent", new() { ["type"] = "keyDown", ["key"] = key, ["text"] = text });
        await SendAsync("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = key });
    }

    /// <summary>A picture of what the window shows, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() => Convert.FromBase64String((string)(await SendAsync("Page.captureScreenshot", new() { ["format"] = "png" }))["data"]!);

    public async ValueTask DisposeAsync()
    {
        // Without its pipe it ends by itself, but takes its time.
        await _commands.DisposeAsync();
        await _answers.DisposeAsync();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    private async Task<JsonNode> SendAsync(string method, JsonObject parameters)
    {
        var id = ++_lastId;
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            command["sessionId"] = _session;
        }

        await _commands.WriteAsync(Encoding.UTF8.GetBytes(command.ToJsonString() + "\0"));
        while (true)
        {
            var message = JsonNode.Parse(await ReadAsync().WaitAsync(Deadline))!;
            if ((int?)message["id"] == id)
            {
                return message["error"] is { } error ? throw new XunitException($"{method}: {error.ToJsonString()}") : message["result"]!;
            }
        }
    }

    // Messages end with a zero byte.
    private Task<byte[]> ReadAsync() => Task.Run(() =>
    {
        var message = new List<byte>();
        for (int next; (next = _answers.ReadByte()) != 0;)
        {
            message.Add(next < 0 ? throw new XunitException($"{Program} has ended") : (byte)next);
        }

        return message.ToArray();
    });
}
