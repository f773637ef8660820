using System.Text;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>What the instructions of a stage add to the config of its image, which no tool reads beyond <see cref="ImageConfig.SizeLimit"/>:
/// so that the line is told with which it becomes too large.</summary>
/// <param name="start">Bytes of the history that the stage begins with.</param>
internal sealed class ConfigSize(long start)
{
    // {"created":"2026-01-02T03:04:05Z","created_by":"","empty_layer":true},
    private const int EntryBytes = 60;

    private long _history = start;
    private long _all = start;
    private Instruction? _passing;

    /// <summary>The sum of what history entries say.</summary>
    public static long Of(IEnumerable<History> history) => history.Sum(entry => Encoding.UTF8.GetByteCount(entry.CreatedBy ?? "") + EntryBytes);

    /// <summary>Counts an instruction.</summary>
    /// <param name="instruction">As written.</param>
    /// <param name="createdBy">What history says of it.</param>
    /// <exception cref="DockerfileException">The history alone is too large with it.</exception>
    public void Add(Instruction instruction, string createdBy)
    {
        var length = Encoding.UTF8.GetByteCount(createdBy) + EntryBytes;
        _history += length;

        // What changes the config stands there a second time.
        _all += instruction is ArgInstruction or RunInstruction or AddOrCopyInstruction ? length : 2 * length;
        _passing ??= _all > ImageConfig.SizeLimit ? instruction : null;
        if (_history > ImageConfig.SizeLimit)
        {
            throw new DockerfileException(
                instruction.Span,
                $"{instruction.Name}: with this instruction the image's history has more than {ImageConfig.SizeLimit:N0} bytes, and no tool reads a larger config",
                Hint(instruction));
        }
    }

    /// <summary>The failure of a commit, at the line where the config became too large as far as that is known, else at the last one.</summary>
    public DockerfileException Place(string message, Instruction last) => new((_passing ?? last).Span, $"{(_passing ?? last).Name}: {message}");

    private static string Hint(Instruction instruction) => instruction is ArgInstruction
        ? "History tells with each ARG all arguments so far that have a value: declare fewer, several in one ARG, or build with --omit-history."
        : "Write less in the instructions, or build with --omit-history.";
}
