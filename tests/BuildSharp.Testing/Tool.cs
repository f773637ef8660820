using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Xunit.Sdk;

namespace BuildSharp.Testing;

/// <summary>
/// A program a test runs: the published <c>buildsharp</c>, or one that judges it. Immutable: every <c>With…</c> returns a copy.
/// </summary>
/// <remarks>
/// A run states the exit code it expects. Any other fails the test, showing the command as typed and everything it printed.
/// </remarks>
public sealed record Tool
{
    private Tool(string program) => Program = program;

    /// <summary>Absolute path, or a name to look up in <c>PATH</c>.</summary>
    public string Program { get; private init; }

    /// <summary>Arguments put before those of every run, such as <c>--root</c>.</summary>
    public ImmutableArray<string> LeadingArguments { get; private init; } = [];

    /// <summary>Set on top of the test process's own environment; null removes a variable.</summary>
    public ImmutableDictionary<string, string?> Environment { get; private init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Directory the program starts in; null for the test's own.</summary>
    public string? WorkingDirectory { get; private init; }

    /// <summary>What the program reads. Empty, and never the terminal, unless a test says otherwise.</summary>
    public string StandardInput { get; private init; } = "";

    /// <summary>How long a run may take before it is killed and the test fails.</summary>
    public TimeSpan Deadline { get; private init; } = TimeSpan.FromMinutes(2);

    /// <summary>When it is sent what Ctrl-C sends; null never.</summary>
    public Task? Interruption { get; private init; }

    /// <summary>What is sent then.</summary>
    public string Signal { get; private init; } = "INT";

    /// <summary>The native binary that <c>src/publish.sh</c> makes.</summary>
    public static Tool BuildSharp => new(Checkout.Binary);

    /// <summary>A program of the system, such as <c>skopeo</c>.</summary>
    public static Tool Named(string program) => new(program);

    /// <summary>Adds to <see cref="LeadingArguments"/>.</summary>
    public Tool WithLeading(params ReadOnlySpan<string> arguments) =>
        this with { LeadingArguments = LeadingArguments.AddRange(arguments) };

    /// <summary>Has another program start this one: <paramref name="words"/> is its name and its arguments.</summary>
    public Tool StartedBy(params ReadOnlySpan<string> words) =>
        this with { Program = words[0], LeadingArguments = [.. words[1..], Program, .. LeadingArguments] };

    /// <summary>Sets a variable, or removes it when <paramref name="value"/> is null.</summary>
    public Tool WithEnvironment(string name, string? value) => this with { Environment = Environment.SetItem(name, value) };

    /// <summary>Starts in <paramref name="directory"/>.</summary>
    public Tool In(string directory) => this with { WorkingDirectory = directory };

    /// <summary>Feeds <paramref name="text"/> to the program's standard input.</summary>
    public Tool Reading(string text) => this with { StandardInput = text };

    /// <summary>Allows a run this long.</summary>
    public Tool Within(TimeSpan deadline) => this with { Deadline = deadline };

    /// <summary>Presses Ctrl-C once <paramref name="moment"/> has come. A shell that started the tests in its background would have Ctrl-C
    /// ignored, and programs inherit that; <c>env</c> undoes it.</summary>
    public Tool InterruptedAfter(Task moment) => SignalledAfter(moment, "INT");

    /// <summary>Sends a signal, named without <c>SIG</c>, once <paramref name="moment"/> has come.</summary>
    public Tool SignalledAfter(Task moment, string signal) => this with
    {
        // KILL cannot be ignored, and env cannot set it.
        Program = signal == "KILL" ? Program : "env",
        LeadingArguments = signal == "KILL" ? LeadingArguments : [$"--default-signal={signal}", Program, .. LeadingArguments],
        Interruption = moment,
        Signal = signal,
    };

    /// <summary>Whether the program can be started: a file of that path, or one in a directory of <c>PATH</c> or of the sbin ones.</summary>
    public bool Exists => Program.Contains('/')
        ? File.Exists(Program)
        : $"{System.Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':')
            .Any(directory => directory.Length > 0 && File.Exists(Path.Combine(directory, Program)));

    /// <summary>Runs and expects exit code 0.</summary>
    public Task<ToolResult> RunAsync(params string[] arguments) => RunAsync(0, arguments);

    /// <summary>Runs and expects exit code <paramref name="expected"/>.</summary>
    /// <exception cref="XunitException">Another code, or the deadline passed.</exception>
    public async Task<ToolResult> RunAsync(int expected, IReadOnlyList<string> arguments)
    {
        var result = await ExecuteAsync(arguments);
        return result.ExitCode == expected
            ? result
            : throw new XunitException($"expected exit code {expected} of:\n{result.Transcript}");
    }

    /// <summary>Runs, expects exit code 0 and returns standard output without its last newline: <c>$(…)</c> in a shell.</summary>
    public async Task<string> ReadAsync(params string[] arguments) => (await RunAsync(0, arguments)).Output.TrimEnd('\n');

    /// <summary>Runs and returns whatever came out, whatever the exit code; for fixtures that are not async.</summary>
    public ToolResult Run(IReadOnlyList<string> arguments) => ExecuteAsync(arguments).GetAwaiter().GetResult();

    /// <summary>Runs and returns whatever came out, whatever the exit code.</summary>
    public async Task<ToolResult> ExecuteAsync(IReadOnlyList<string> arguments)
    {
        using var process = new Process { StartInfo = StartInfo(arguments) };
        var command = CommandLine(arguments);
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            throw new XunitException($"cannot start {Program}: {error.Message}");
        }

        using var deadline = new CancellationTokenSource(Deadline);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await FeedAsync(process);
            if (Interruption is not null)
            {
                await Interruption.WaitAsync(deadline.Token);
                Process.Start("kill", [$"-{Signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).Dispose();
            }
            await process.WaitForExitAsync(deadline.Token);
            return new ToolResult(command, process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            throw new XunitException($"still running (or its output still open) after {Deadline}:\n$ {command}");
        }
    }

    private async Task FeedAsync(Process process)
    {
        try
        {
            await process.StandardInput.WriteAsync(StandardInput);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input: its exit code tells the story.
        }
    }

    private ProcessStartInfo StartInfo(IReadOnlyList<string> arguments)
    {
        var info = new ProcessStartInfo(Program, [.. LeadingArguments, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = WorkingDirectory ?? "",
        };
        foreach ((var name, var value) in Environment)
        {
            if (value is null)
            {
                info.Environment.Remove(name);
            }
            else
            {
                info.Environment[name] = value;
            }
        }
        return info;
    }

    private string CommandLine(IReadOnlyList<string> arguments) =>
        string.Join(' ', LeadingArguments.Concat(arguments).Prepend(Path.GetFileName(Program)).Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,@+%".Contains(c)) ? word : $"'{word.Replace("'", @"'\''")}'";
}
