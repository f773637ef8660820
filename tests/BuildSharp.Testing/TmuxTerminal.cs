using Xunit.Sdk;

namespace BuildSharp.Testing;

/// <summary>A terminal without a window, in which a shell command runs: a tmux server of its own.</summary>
public sealed class TmuxTerminal : IAsyncDisposable
{
    private readonly Tool _tmux;

    private TmuxTerminal(Tool tmux) => _tmux = tmux;

    /// <summary>Starts a command. What it printed stays on the screen, below it the line <c>status N</c>.</summary>
    /// <param name="sandbox">Where it runs.</param>
    /// <param name="columns">Width in characters.</param>
    /// <param name="command">For <c>sh</c>; <c>buildsharp</c> stands for the published binary on the sandbox's store.</param>
    public static async Task<TmuxTerminal> StartAsync(Sandbox sandbox, int columns, string command)
    {
        var binary = string.Join(' ', [sandbox.BuildSharp.Program, .. sandbox.BuildSharp.LeadingArguments]);
        var script = sandbox.Write("command.sh", $"trap : INT\nbuildsharp() {{ {binary} \"$@\"; }}\n{command}\necho \"status $?\"\nexec cat >/dev/null\n");
        var tmux = sandbox.Named("tmux").WithLeading("-u", "-S", sandbox["tmux"], "-f", "/dev/null");
        await tmux.RunAsync("new-session", "-d", "-x", $"{columns}", "-y", "24", "sh", script);
        return new TmuxTerminal(tmux);
    }

    /// <summary>The screen with what has scrolled away; no blanks at the end of lines, no empty lines at the end.</summary>
    public async Task<string> ScreenAsync() =>
        string.Join('\n', (await _tmux.ReadAsync("capture-pane", "-p", "-S", "-")).TrimEnd('\n').Split('\n').Select(line => line.TrimEnd()));

    /// <summary>Waits until the screen has something, and returns it.</summary>
    /// <param name="what">Is on the screen.</param>
    /// <exception cref="XunitException">It does not come within a minute.</exception>
    public async Task<string> WaitForAsync(Func<string, bool> what)
    {
        for (var end = Environment.TickCount64 + 60_000; ;)
        {
            var screen = await ScreenAsync();
            if (what(screen))
            {
                return screen;
            }

            if (Environment.TickCount64 > end)
            {
                throw new XunitException($"this stays on the screen:\n{screen}");
            }

            await Task.Delay(10);
        }
    }

    /// <summary>What tmux knows of the terminal, such as <c>#{cursor_flag}</c>: whether the cursor is visible.</summary>
    public Task<string> FactAsync(string format) => _tmux.ReadAsync("display-message", "-p", format);

    /// <summary>Changes the width.</summary>
    public Task ResizeAsync(int columns) => _tmux.RunAsync("resize-window", "-x", $"{columns}", "-y", "24");

    /// <summary>Presses a key as tmux names it, such as <c>C-c</c>.</summary>
    public Task PressAsync(string key) => _tmux.RunAsync("send-keys", key);

    public async ValueTask DisposeAsync() => await _tmux.ExecuteAsync(["kill-server"]);
}
