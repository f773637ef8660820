using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Build.Instructions;

/// <summary>Validates flag values of COPY and ADD as far as possible without the image.</summary>
internal static class AddOrCopyFlags
{
    /// <summary>The invalid values. A value with a variable is checked only after expansion.</summary>
    public static IEnumerable<Diagnostic> Mistakes(Instruction instruction)
    {
        if (instruction is not AddOrCopyInstruction addOrCopy)
        {
            yield break;
        }

        if (addOrCopy.Chown is { Length: 0 })
        {
            yield return Mistake(addOrCopy, "chown", "no value specified for --chown=", "Write --chown=user or --chown=user:group, names of the image or numbers.");
        }

        if (addOrCopy.Chmod is { Length: 0 })
        {
            yield return Mistake(addOrCopy, "chmod", "no value specified for --chmod=", "Write a number such as 0755, or u=rwX,go=rX.");
        }

        if (addOrCopy is AddInstruction { Checksum.Length: > 0 } add && IsFinal(add.Checksum) &&
            add.Sources.OfType<PathSource>().FirstOrDefault(source => IsFinal(source.Path) && !RemoteSource.IsRemote(source.Path)) is { } local)
        {
            yield return new Diagnostic(Severity.Error, local.Span, "checksum flag is not supported for local sources") { Hints = ["checksum requires HTTP(S) or Git sources."] };
        }

        if (addOrCopy.Chmod is { Length: > 0 } mode && IsFinal(mode) && Failure(() => ModeChange.Parse(mode)) is { } wrongMode)
        {
            yield return Mistake(addOrCopy, "chmod", wrongMode, "Symbolic modes work too: u=rwX,go=rX.");
        }

        foreach (var pattern in addOrCopy.Excludes.Where(IsFinal))
        {
            if (Failure(() => IgnoreFile.OfFlags([pattern])) is { } wrongPattern)
            {
                yield return Mistake(addOrCopy, "exclude", wrongPattern, "The patterns are those of an ignore file.", pattern);
            }
        }
    }

    private static string? Failure(Action reading)
    {
        try
        {
            reading();
            return null;
        }
        catch (Exception error) when (error is BuildSharpException or FormatException)
        {
            return error.Message;
        }
    }

    private static bool IsFinal(string word) => !word.AsSpan().ContainsAny("$'\"\\`");

    private static Diagnostic Mistake(AddOrCopyInstruction addOrCopy, string flag, string message, string hint, string value = "")
    {
        Word[] same = [.. addOrCopy.Statement.Flags.Where(word => word.Text.StartsWith($"--{flag}=", StringComparison.Ordinal))];
        var written = same.FirstOrDefault(word => word.Text == $"--{flag}={value}", same[0]);
        string[] hints = written.Text.Contains('$') ? [$"{written.Text} has this value here.", hint] : [hint];
        return new Diagnostic(Severity.Error, written.Span, message) { Hints = hints };
    }
}
