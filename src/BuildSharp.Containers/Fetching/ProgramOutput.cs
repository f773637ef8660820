using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>What a program that ran to its end left.</summary>
/// <param name="Status">Its exit status, or 128 + n after signal n.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record ProgramOutput(int Status, byte[] Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program that takes its input from us and keeps what it prints from the user.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="environment">Its whole environment; its PATH is where it is looked for.</param>
    /// <param name="directory">Where its input and output lie meanwhile.</param>
    /// <param name="debug">Told the command line and the status; null when nobody listens.</param>
    /// <param name="cancellationToken">Asks it to end, and five seconds later ends it.</param>
    /// <exception cref="BuildSharpException">There is no such program.</exception>
    public static async Task<ProgramOutput> OfAsync(
        string program, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, IReadOnlyDictionary<string, string> environment,
        string directory, IProgress<string>? debug, CancellationToken cancellationToken)
    {
        var path = ProgramSearch.Find(program, environment.GetValueOrDefault("PATH") ?? "")
            ?? throw new BuildSharpException($"{program} not found: looked for it in PATH; install it (Debian: apt-get install {program})");
        using var output = Open(directory);
        using var error = Open(directory);
        using var read = Open(directory);
        read.Write(input.Span);
        read.Flush();
        read.Position = 0;
        cancellationToken.ThrowIfCancellationRequested();
        debug?.Report($"running {CommandText.Of([path, .. arguments])}");
        var child = ChildProcess.Start(
            path, arguments, environment.Select(pair => $"{pair.Key}={pair.Value}"), ChildStream.To(read.SafeFileHandle),
            ChildStream.To(output.SafeFileHandle), ChildStream.To(error.SafeFileHandle));
        using (cancellationToken.Register(() => child.Signal(Signals.Terminate)))
        {
            if (await Task.WhenAny(child.Ended, EndOf(cancellationToken)).ConfigureAwait(false) != child.Ended)
            {
                using var impatient = new CancellationTokenSource(Patience);
                using var registration = impatient.Token.Register(() => child.Signal(Signals.Kill));
                await child.Ended.ConfigureAwait(false);
            }
        }

        var status = await child.Ended.ConfigureAwait(false);
        debug?.Report($"{program} ended with status {status}");
        cancellationToken.ThrowIfCancellationRequested();
        return new ProgramOutput(status, Read(output), Encoding.UTF8.GetString(Read(error)));
    }

    private static Task EndOf(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellationToken.Register(() => ended.TrySetResult());
        return ended.Task;
    }

    private static FileStream Open(string directory) => new(
        Path.Combine(directory, $"buildsharp-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);

    // The child moved the position, which it shares with us.
    private static byte[] Read(FileStream file)
    {
        var bytes = new byte[RandomAccess.GetLength(file.SafeFileHandle)];
        var length = RandomAccess.Read(file.SafeFileHandle, bytes, 0);
        return length == bytes.Length ? bytes : bytes[..length];
    }
}
