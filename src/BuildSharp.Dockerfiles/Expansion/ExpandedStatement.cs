using System.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Expansion;

/// <summary>Converts expanded instructions back to statements, which the tree printers accept.</summary>
public static class ExpandedStatement
{
    /// <summary>The instruction as a statement with expanded words.</summary>
    /// <param name="instruction">The result of <see cref="Instruction.Expand(Func{string, string?})"/>.</param>
    /// <param name="after">The scope after the instruction, which has the values of ARG.</param>
    public static Statement Of(Instruction instruction, BuildScope after)
    {
        var statement = instruction.Statement;
        return instruction switch
        {
            FromInstruction from => statement with { Flags = [.. Flags(from)], Arguments = Words(statement, [from.Image, from.AsWord, from.StageName]) },
            RunInstruction run => statement with { Flags = [.. Flags(run)] },
            AddOrCopyInstruction addOrCopy => statement with
            {
                Flags = [.. Flags(addOrCopy)],
                Arguments = Words(statement, addOrCopy.Sources.Zip(statement.Arguments, PathOf).Append(addOrCopy.Destination)),
                Heredocs =
                [
                    .. addOrCopy.Sources.OfType<HeredocSource>().Select(source => source.Heredoc with { Body = source.Content, StripsTabs = false }),
                ],
            },
            EnvInstruction env => statement with { Pairs = env.Pairs },
            LabelInstruction label => statement with { Pairs = label.Pairs },
            ArgInstruction arg => statement with { Arguments = Words(statement, arg.Arguments.Select(argument => Declared(argument, after))) },
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

    private static IReadOnlyList<Word> Words(Statement statement, IEnumerable<string?> texts) =>
        [.. texts.OfType<string>().Zip(statement.Arguments, static (text, word) => word with { Text = text })];

    private static IEnumerable<Word> Flags(Instruction instruction)
    {
        using var mounts = ((instruction as RunInstruction)?.Mounts ?? []).GetEnumerator();
        using var excludes = ((instruction as AddOrCopyInstruction)?.Excludes ?? []).GetEnumerator();
        foreach (var flag in instruction.Statement.Flags)
        {
            var sign = flag.Text.IndexOf('=');
            var value = sign < 0 ? null : (flag.Text[2..sign], instruction) switch
            {
                ("platform", FromInstruction from) => from.Platform,
                ("mount", RunInstruction) when mounts.MoveNext() => Csv(mounts.Current.Options.Fields),
                ("exclude", AddOrCopyInstruction) when excludes.MoveNext() => excludes.Current,
                ("chown", AddOrCopyInstruction addOrCopy) => addOrCopy.Chown,
                ("chmod", AddOrCopyInstruction addOrCopy) => addOrCopy.Chmod,
                ("from", CopyInstruction copy) => copy.From,
                ("checksum", AddInstruction add) => add.Checksum,
                _ => null,
            };
            yield return value is null ? flag : flag with { Text = flag.Text[..(sign + 1)] + value };
        }
    }

    private static string Csv(IReadOnlyList<(string Key, string? Value)> fields) =>
        CsvRecord.Format(fields.Select(field => field.Value is null ? field.Key : $"{field.Key}={field.Value}"));
}
