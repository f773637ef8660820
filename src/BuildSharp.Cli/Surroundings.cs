using System.Collections;
using System.Text;
using BuildSharp.Cli.Output;
using BuildSharp.Containers.Defaults;
using BuildSharp.Linux;

namespace BuildSharp.Cli;

/// <summary>What a command line meets: streams, environment, directory, clock. Nothing below this project reads any of it.</summary>
internal sealed record Surroundings
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Variables that say which store is used. All verbs must agree on it, and most do not read containers.conf.</summary>
    private static readonly string[] StoreVariables =
    [
        "STORAGE_DRIVER", "STORAGE_OPTS", "CONTAINERS_STORAGE_CONF", "CONTAINERS_STORAGE_CONF_OVERRIDE", "HOME", "XDG_CONFIG_HOME",
        "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
    ];

    /// <summary>The name the program was called by, as messages and help spell it.</summary>
    public required string Program { get; init; }

    /// <summary>Where the one result of a verb goes. Buffered: flush before a child process writes to the same stream.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where everything else goes: progress, warnings, the error line.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Opens standard output for bytes, past <see cref="Out"/>: flush that first.</summary>
    public Func<Stream> OpenOutput { get; init; } = () => new StandardStream(1);

    /// <summary>Where standard output of commands in containers goes.</summary>
    public ChildStream CommandOutput { get; init; } = ChildStream.Inherit;

    /// <summary>Where standard error of commands in containers goes.</summary>
    public ChildStream CommandError { get; init; } = ChildStream.Inherit;

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What containers.conf sets, for verbs that ask for it (<see cref="Commands.Verb.IsConfigured"/>).</summary>
    public ContainersConf Configuration { get; init; } = ContainersConf.None;

    /// <summary>The directory relative paths start from.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Where the time comes from.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The log, on <see cref="Error"/>. Replaced when the level is known.</summary>
    public Log Log { get; set; } = Log.Silent;

    /// <summary>The same with containers.conf read, and with the variables of its engine where the environment lacks them.</summary>
    /// <exception cref="Oci.BuildSharpException">A file cannot be read, or a value in it cannot be right.</exception>
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

    /// <summary>The real process's surroundings.</summary>
    public static Surroundings OfProcess()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return new Surroundings
        {
            Program = ProgramName(System.Environment.GetCommandLineArgs()[0]),
            Out = new StreamWriter(new StandardStream(1), Utf8, 4096),
            Error = new StreamWriter(new StandardStream(2), Utf8, 1024) { AutoFlush = true },
            OpenInput = Console.OpenStandardInput,
            OutIsTerminal = Terminal.IsTerminal(1),
            ErrorIsTerminal = Terminal.IsTerminal(2),
            Environment = environment,
            WorkingDirectory = CurrentDirectory(),
            Clock = TimeProvider.System,
        };
    }

    /// <summary>The directory we were started in. Of one that was removed only the kernel's own name is left: absolute paths work, and a
    /// relative one is not found.</summary>
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

    /// <summary>Called through a link named <c>buildah</c>, the program answers by that name; else by its own.</summary>
    public static string ProgramName(string firstArgument) => Path.GetFileName(firstArgument) == "buildah" ? "buildah" : "buildsharp";
}
