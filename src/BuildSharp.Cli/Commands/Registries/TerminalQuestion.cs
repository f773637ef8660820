using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>Asks the user on the terminal.</summary>
internal static class TerminalQuestion
{
    private const int Longest = 64 * 1024;

    private static readonly SemaphoreSlim Terminal = new(1);

    /// <summary>Whether there is a terminal to ask on.</summary>
    public static bool IsPossible(Invocation call) => call.Surroundings.InIsTerminal && call.Surroundings.OutIsTerminal;

    /// <summary>Runs questions that belong together, while no other part of the program asks: stages of a build run at the same
    /// time.</summary>
    public static async Task<T> AloneAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        await Terminal.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await ask().ConfigureAwait(false);
        }
        finally
        {
            Terminal.Release();
        }
    }

    /// <summary>Asks for one line.</summary>
    /// <param name="call">Provides the terminal.</param>
    /// <param name="question">Text before the cursor.</param>
    /// <param name="isSecret">Whether the terminal does not show the answer.</param>
    /// <param name="cancellation">Stops waiting; the terminal then shows its input again.</param>
    /// <exception cref="BuildSharpException">The input ends without an answer.</exception>
    public static async Task<string> AskAsync(Invocation call, string question, bool isSecret, CancellationToken cancellation)
    {
        call.Out.Write(question);
        call.Out.Flush();
        using var hidden = isSecret ? new HiddenInput(0) : null;
        try
        {
            return await Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (isSecret)
            {
                call.Out.WriteLine();
                call.Out.Flush();
            }
        }
    }

    // Byte by byte: what follows the line belongs to the next question. Not with Console, whose first read makes the terminal show its
    // input again.
    private static string ReadLine()
    {
        using var terminal = new SafeFileHandle(0, ownsHandle: false);
        var line = new MemoryStream();
        Span<byte> one = stackalloc byte[1];
        while (FileDescriptor.Read(terminal, one) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
            }

            line.Write(one);
            if (line.Length > Longest)
            {
                throw new BuildSharpException($"the answer is longer than {Longest:N0} bytes");
            }
        }

        throw new BuildSharpException("the input ended without an answer");
    }
}
