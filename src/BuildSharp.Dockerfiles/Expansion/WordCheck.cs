using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Detects errors in an instruction's words that do not depend on values of variables: unclosed quotes and braces, unknown
/// modifiers, invalid ports, sources that COPY does not accept. A build runs these checks before its first step, so that an error in the
/// last line is not reported after an hour.</summary>
public static class WordCheck
{
    /// <summary>The errors in the words of an instruction, as written.</summary>
    public static IEnumerable<Diagnostic> Of(Instruction instruction) =>
        WordsOf(instruction).Select(word => Expanding(word, instruction.EscapeToken)).OfType<Diagnostic>().Concat(NullBytes(instruction)).Concat(instruction switch
        {
            ExposeInstruction expose => expose.Ports.Where(port => ShellWords.IsFinal(port.Text, instruction.EscapeToken)).Select(Port).OfType<Diagnostic>(),
            CopyInstruction copy => copy.Sources.OfType<PathSource>().Where(source => ShellWords.IsFinal(source.Path, instruction.EscapeToken))
                .Select(Source).OfType<Diagnostic>(),
            _ => [],
        });

    // The kernel ends paths, arguments and variables at a NUL, so none can contain one. A heredoc body can.
    private static IEnumerable<Diagnostic> NullBytes(Instruction instruction) =>
        instruction.Original.Contains('\0') || (instruction.Statement.Form == ArgumentForm.Json && instruction.Statement.Arguments.Any(word => word.Text.Contains('\0')))
            ? [Mistake(instruction.Span, $"{instruction.Name} has a NUL byte in its text, which no path, argument or variable can hold")]
            : [];

    private static Diagnostic? Source(PathSource source)
    {
        var path = source.Path;
        var isWeb = path.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || path.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        var isGit = path.StartsWith("git@", StringComparison.Ordinal) || path.StartsWith("git://", StringComparison.OrdinalIgnoreCase) ||
            path.StartsWith("ssh://", StringComparison.OrdinalIgnoreCase) || (isWeb && path.Split('#')[0].EndsWith(".git", StringComparison.Ordinal));
        return isGit ? Mistake(source.Span, "source can't be a git ref for COPY", "ADD fetches it.")
            : isWeb ? Mistake(source.Span, "source can't be a URL for COPY", "ADD fetches it.")
            : null;
    }

    private static Diagnostic? Port(Word word)
    {
        try
        {
            ExposedPorts.Read(word);
            return null;
        }
        catch (DockerfileException error)
        {
            return error.Diagnostics[0];
        }
    }

    private static Diagnostic? Expanding(Word word, char escape)
    {
        if (ShellWords.IsFinal(word.Text, escape))
        {
            return null;
        }

        try
        {
            ShellWords.Parse(word.Text, escape);
            return null;
        }
        catch (ExpansionException error)
        {
            return Mistake(word.Span, error.Message, [.. error.Hints]);
        }
    }

    private static Diagnostic Mistake(SourceSpan span, string message, params IReadOnlyList<string> hints) =>
        new(Severity.Error, span, message) { Hints = hints };

    /// <summary>The words that are expanded (Dockerfile reference, "Environment replacement").</summary>
    private static IEnumerable<Word> WordsOf(Instruction instruction) => instruction switch
    {
        FromInstruction from => [new Word(from.Image, from.ImageSpan), .. Flags(from, "platform")],
        ArgInstruction arg => arg.Arguments.Where(argument => argument.Default is not null).Select(argument => new Word(argument.Default!, argument.Span)),
        EnvInstruction env => env.Pairs.SelectMany(Words),
        LabelInstruction label => label.Pairs.SelectMany(Words),
        AddOrCopyInstruction addOrCopy => addOrCopy.Sources.OfType<PathSource>().Select(source => new Word(source.Path, source.Span))
            .Append(new Word(addOrCopy.Destination, addOrCopy.Statement.Arguments[^1].Span))
            .Concat(Flags(addOrCopy, "chown")).Concat(Flags(addOrCopy, "chmod")).Concat(Flags(addOrCopy, "checksum")).Concat(Flags(addOrCopy, "from")),
        ExposeInstruction expose => expose.Ports,
        VolumeInstruction or WorkdirInstruction or UserInstruction or StopSignalInstruction => instruction.Statement.Arguments,
        _ => [],
    };

    private static IEnumerable<Word> Words(NameValue pair) => [new Word(pair.Name, pair.Span), new Word(pair.Value, pair.Span)];

    private static IEnumerable<Word> Flags(Instruction instruction, string name) => instruction.Statement.Flags
        .Where(flag => flag.Text.StartsWith($"--{name}=", StringComparison.Ordinal)).Select(flag => flag with { Text = flag.Text[(name.Length + 3)..] });
}
