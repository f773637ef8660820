using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>Result of a program.</summary>
/// <param name="Status">Exit status, or 128 + n after signal n.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ProgramOutput(int Status, byte[] Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program with the given input and captures its output.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="environment">Its whole environment; PATH is used to find it.</param>
    /// <param name="directory">Directory for temporary files with input and output.</param>
    /// <param name="debug">Receives command line and status; null to report nothing.</param>
    /// <param name="cancellationToken">Sends SIGTERM, and SIGKILL five seconds later.</param>
    /// <exception cref="BuildSharpException">The program does not exist.</exception>
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
        Path.Combine(directory, $"buildsharp-{RandomBytes.Hex(32)}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);

    // Read by offset: the child shares our file position and has moved it.
    private static byte[] Read(FileStream file)
    {
        var bytes = new byte[RandomAccess.GetLength(file.SafeFileHandle)];
        var length = RandomAccess.Read(file.SafeFileHandle, bytes, 0);
        return length == bytes.Length ? bytes : bytes[..length];
    }
}
