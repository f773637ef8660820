using System.Diagnostics;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Expanded instructions as statements again, so that whatever prints a tree prints them too.</summary>
public static class ExpandedStatement
{
    /// <summary>The instruction's statement with its words as the build sees them.</summary>
    /// <param name="instruction">What <see cref="Instruction.Expand(Func{string, string?})"/> gave.</param>
    /// <param name="after">What is visible after it: the values of ARG are looked up there.</param>
    public static Statement Of(Instruction instruction, BuildScope after)
    {
        var statement = instruction.Statement;
        return instruction switch
        {
            FromInstruction from => WithFlags(statement, from, 0) with { Arguments = Words(statement, [from.Image, from.AsWord, from.StageName]) },
            RunInstruction run => WithFlags(statement, run, run.Mounts.Count),
            TransferInstruction transfer => WithFlags(statement, transfer, transfer.Excludes.Count) with
            {
                Arguments = Words(statement, [.. transfer.Sources.Select((source, index) => PathOf(source, statement.Arguments[index])), transfer.Destination]),
                Heredocs = [.. transfer.Sources.OfType<HeredocSource>().Select(source => source.Heredoc with { Body = source.Content, StripsTabs = false })],
            },
            EnvInstruction env => statement with { Pairs = env.Pairs },
            LabelInstruction label => statement with { Pairs = label.Pairs },
            ArgInstruction arg => statement with { Arguments = Words(statement, [.. arg.Arguments.Select(argument => Declared(argument, after))]) },
            ExposeInstruction expose => statement with { Arguments = expose.Ports },
            VolumeInstruction volume => statement with { Arguments = Words(statement, volume.Paths) },
            WorkdirInstruction workdir => statement with { Arguments = Words(statement, [workdir.Path]) },
            UserInstruction user => statement with { Arguments = Words(statement, [user.User]) },
            StopSignalInstruction stop => statement with { Arguments = Words(statement, [stop.Signal]) },
            CmdInstruction or EntrypointInstruction or ShellInstruction or HealthcheckInstruction or MaintainerInstruction or OnbuildInstruction => statement,
            _ => throw new UnreachableException(),
        };
    }

    private static string PathOf(CopySource source, Word written) => source is PathSource path ? path.Path : written.Text;

    private static string Declared(ArgDeclaration argument, BuildScope after) =>
        after.Lookup(argument.Name) is { } value ? $"{argument.Name}={value}" : argument.Name;

    private static IReadOnlyList<Word> Words(Statement statement, IReadOnlyList<string?> texts) =>
        [.. texts.OfType<string>().Select((text, index) => new Word(text, statement.Arguments[index].Span))];

    /// <param name="statement">The statement as written.</param>
    /// <param name="instruction">The instruction, expanded.</param>
    /// <param name="repeated">How many flags of a kind that may be repeated it has.</param>
    private static Statement WithFlags(Statement statement, Instruction instruction, int repeated)
    {
        var seen = 0;
        return statement with { Flags = [.. statement.Flags.Select(Expanded)] };

        Word Expanded(Word flag)
        {
            var sign = flag.Text.IndexOf('=');
            if (sign < 0) return flag;
            var value = (flag.Text[2..sign], instruction) switch
            {
                ("platform", FromInstruction from) => from.Platform,
                ("mount", RunInstruction run) when seen < repeated => Csv(run.Mounts[seen++].Fields),
                ("exclude", TransferInstruction transfer) when seen < repeated => transfer.Excludes[seen++],
                ("chown", TransferInstruction transfer) => transfer.Chown,
                ("chmod", TransferInstruction transfer) => transfer.Chmod,
                ("from", CopyInstruction copy) => copy.From,
                ("checksum", AddInstruction add) => add.Checksum,
                _ => null,
            };
            return value is null ? flag : flag with { Text = flag.Text[..(sign + 1)] + value };
        }
    }

    private static string Csv(IReadOnlyList<(string Key, string? Value)> fields) => string.Join(',', fields.Select(field =>
    {
        var text = field.Value is null ? field.Key : $"{field.Key}={field.Value}";
        return text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }));
}
