using System.Text;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Containers.Adding;
using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>What a command of <c>run --cache</c> depends on, besides the files and the config of the container: the command, flags,
/// <c>--cache-key</c> and <c>--cache-env</c>.</summary>
internal static class CommandInputs
{
    // How the command is started and judged, but not what it does.
    private static readonly string[] WithoutEffect =
        ["add-history", "cache", "cache-key", "cache-env", "env", "no-pivot", "runtime", "runtime-flag", "terminal", "valid-exit-codes"];

    /// <summary>The flags.</summary>
    public static IEnumerable<FlagDefinition> Flags =>
    [
        Flag.Bool("cache", "skip the command if it was run before on the same files, config, flags and keys; network, time and volumes are not seen"),
        Flag.List("cache-key", "file, directory or pattern of this machine that the command of --cache depends on", value: "path"),
        Flag.List("cache-env", "variable of our own environment that the command of --cache depends on", value: "name"),
    ];

    /// <summary>Refuses what does not go together with <c>--cache</c>.</summary>
    /// <exception cref="BuildSharpException">A key without <c>--cache</c>, or standard input that the command would not read.</exception>
    public static void Check(FlagValues flags)
    {
        if (!flags.Bool("cache"))
        {
            if (new[] { "cache-key", "cache-env" }.FirstOrDefault(flags.IsSet) is { } key)
            {
                throw new BuildSharpException($"--{key} needs --cache");
            }

            return;
        }

        using var input = new SafeFileHandle(0, ownsHandle: false);
        if (FileDescriptor.HasInput(input))
        {
            throw new BuildSharpException("--cache: standard input has text, which the command would not read; pass it as an argument (sh -c '...'), or add </dev/null");
        }
    }

    /// <summary>History text that tells the inputs: the command, and a digest of everything, because a value may be a secret.</summary>
    /// <param name="container">The container.</param>
    /// <param name="command">The command.</param>
    /// <param name="shaping">The flags of the verb.</param>
    /// <param name="call">The command line.</param>
    /// <param name="cancellation">Stops the reading of files.</param>
    /// <exception cref="BuildSharpException">A key has no file.</exception>
    public static string HistoryText(
        WorkingContainer container, IReadOnlyList<string> command, IEnumerable<FlagDefinition> shaping, Invocation call, CancellationToken cancellation)
    {
        var (flags, environment) = (call.Flags, call.Surroundings.Environment);
        var inputs = new StringBuilder();
        void Add(string kind, IEnumerable<string> values)
        {
            inputs.Append(kind).Append('\0');
            foreach (var value in values)
            {
                inputs.Append(value).Append('\0');
            }

            inputs.Append('\0');
        }

        Add("command", command);
        foreach (var flag in shaping.Where(flag => flags.IsSet(flag.Name) && !WithoutEffect.Contains(flag.Name)))
        {
            Add(flag.Name, flag.IsRepeatable ? flags.All(flag.Name) : [flags.Text(flag.Name) ?? ""]);
        }

        Add("env", CallerVariables.Resolve(flags.All("env"), environment));
        Add("cache-env", flags.All("cache-env").Select(name => environment.TryGetValue(name, out var value) ? $"{name}={value}" : name));
        Add("cache-key", flags.All("cache-key").SelectMany(path => new[] { path, ContentOf(path, container, call, cancellation) }));
        return $"/bin/sh -c {string.Join(' ', command)} |inputs={Digest.Sha256(Encoding.UTF8.GetBytes(inputs.ToString())).Hex}";
    }

    // Hashed as if it were copied into the container.
    private static string ContentOf(string path, WorkingContainer container, Invocation call, CancellationToken cancellation) => container.Add(
        new AddRequest
        {
            Sources = [new LocalSource("/", Path.IsPathRooted(path) ? path : Path.Join(call.Surroundings.WorkingDirectory, path))],
            Destination = "/",
            DryRun = true,
        },
        cancellation).HistoryText;
}
