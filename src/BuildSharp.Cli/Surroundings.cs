using System.Collections;
using System.Text;
using BuildSharp.Cli.Output;
using BuildSharp.Cli.Output.Progress;
using BuildSharp.Containers.Defaults;
using BuildSharp.Linux;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Cli;

/// <summary>Everything a command line depends on besides its words: streams, environment, directory, clock. The lower projects read none of
/// it.</summary>
internal sealed record Surroundings
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Variables that select the store. All verbs must agree on the store, and most do not read containers.conf.</summary>
    private static readonly string[] StoreVariables =
    [
        "STORAGE_DRIVER", "STORAGE_OPTS", "CONTAINERS_STORAGE_CONF", "CONTAINERS_STORAGE_CONF_OVERRIDE", "HOME", "XDG_CONFIG_HOME",
        "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
    ];

    /// <summary>Name by which the program was called, for messages and help.</summary>
    public required string Program { get; init; }

    /// <summary>The words of the process's command line, the program's name first.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = [];

    /// <summary>Whether the command line is skopeo's: then its verbs, its messages and its exit status apply.</summary>
    public bool IsSkopeo { get; init; }

    /// <summary>Receives the result of a verb. Buffered: flush before a child process writes to the same stream.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Receives progress, warnings and the error line.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Opens standard output for bytes, bypassing <see cref="Out"/>; flush that first.</summary>
    public Func<Stream> OpenOutput { get; init; } = () => new StandardStream(1);

    /// <summary>Standard output of commands in containers.</summary>
    public ChildStream CommandOutput { get; init; } = ChildStream.Inherit;

    /// <summary>Standard error of commands in containers.</summary>
    public ChildStream CommandError { get; init; } = ChildStream.Inherit;

    /// <summary>Whether standard input is a terminal.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Size of the terminal on standard error in characters; null when it is none, or the size is unknown.</summary>
    public Func<(int Rows, int Columns)?> TerminalSize { get; init; } = () => null;

    /// <summary>Draws what takes long on the terminal; null when nothing is drawn. Then <see cref="Error"/> writes above the drawing.</summary>
    public TerminalProgress? Display { get; init; }

    /// <summary>Whether all output of the build goes through <see cref="Display"/>, so that it can draw the running step below.</summary>
    public bool DrawsSteps { get; init; }

    /// <summary>Writes progress for programs on standard error; null when it was not asked for.</summary>
    public JsonProgress? Json { get; init; }

    /// <summary>Receives the progress of work on many bytes; null when nobody looks.</summary>
    public IProgressSink? Progress => Display is not null ? Display : Json;

    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Settings of containers.conf, for verbs that ask for it (<see cref="BuildSharp.Cli.Commands.Verb.IsConfigured"/>).</summary>
    public ContainersConf Configuration { get; init; } = ContainersConf.None;

    /// <summary>Directory that relative paths start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Source of the time.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Log on <see cref="Error"/>; set when the log level is known.</summary>
    public Log Log { get; set; } = Log.Silent;

    /// <summary>A copy with the settings of containers.conf; the environment gains the variables of its <c>[engine]</c> table that it
    /// lacks.</summary>
    /// <exception cref="Oci.BuildSharpException">A file cannot be read, or a value is invalid.</exception>
    public Surroundings WithConfiguration()
    {
        var configuration = ContainersConf.Read(Environment);
        foreach (var note in configuration.Notes)
        {
            Log.Debug(note);
        }

        foreach (var warning in configuration.Warnings)
        {
            Log.Warning(warning);
        }

        return this with { Configuration = configuration, Environment = WithVariables(configuration.EngineEnvironment) };
    }

    private IReadOnlyDictionary<string, string> WithVariables(IReadOnlyDictionary<string, string> additions)
    {
        if (additions.Count == 0)
        {
            return Environment;
        }

        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        foreach (var (name, value) in additions)
        {
            if (!StoreVariables.Contains(name))
            {
                environment.TryAdd(name, value);
            }
            else if (!environment.ContainsKey(name))
            {
                Log.Warning($"{name} has no effect in the env of containers.conf: set the store in storage.conf, or {name} in the environment");
            }
        }

        return environment;
    }

    /// <summary>The surroundings of the current process.</summary>
    public static Surroundings OfProcess()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        var words = System.Environment.GetCommandLineArgs();
        return new Surroundings
        {
            Program = ProgramName(words[0]),
            CommandLine = words,
            Out = new StreamWriter(new StandardStream(1), Utf8, 4096),
            Error = new StreamWriter(new StandardStream(2), Utf8, 4096) { AutoFlush = true },
            OpenInput = Console.OpenStandardInput,
            InIsTerminal = Terminal.IsTerminal(0),
            OutIsTerminal = Terminal.IsTerminal(1),
            ErrorIsTerminal = Terminal.IsTerminal(2),
            TerminalSize = () => Terminal.Size(2),
            Environment = environment,
            WorkingDirectory = CurrentDirectory(),
            Clock = TimeProvider.System,
        };
    }

    /// <summary>The working directory. When it has been removed, the kernel's link to it is used: absolute paths still work, relative ones
    /// are not found.</summary>
    private static string CurrentDirectory()
    {
        try
        {
            return System.Environment.CurrentDirectory;
        }
        catch (FileNotFoundException)
        {
            return "/proc/self/cwd";
        }
    }

    /// <summary>The name <c>buildah</c> or <c>skopeo</c> when the program was called through a link of that name, else
    /// <c>buildsharp</c>.</summary>
    public static string ProgramName(string firstArgument) =>
        Path.GetFileName(firstArgument) is "buildah" or "skopeo" ? Path.GetFileName(firstArgument) : "buildsharp";
}
