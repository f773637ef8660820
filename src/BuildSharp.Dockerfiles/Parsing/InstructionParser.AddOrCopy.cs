using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Parsing;

/// <content>COPY and ADD.</content>
internal sealed partial class InstructionParser
{
    private CopyInstruction? Copy(Statement statement, FlagSet flags) => Paths(statement, out var sources, out var destination)
        ? new CopyInstruction(statement)
        {
            Sources = sources,
            Destination = destination,
            Chown = flags.Text("chown"),
            Chmod = flags.Text("chmod"),
            Link = flags.Switch("link") ?? false,
            Excludes = [.. flags.All("exclude").Select(value => value.Text)],
            From = flags.Text("from"),
            FromSpan = flags.Find("from")?.Span,
            Parents = flags.Switch("parents") ?? false,
        }
        : null;

    private AddInstruction? Add(Statement statement, FlagSet flags)
    {
        if (!Paths(statement, out var sources, out var destination))
        {
            return null;
        }

        if (flags.Find("checksum") is { } checksum && sources.Count > 1)
        {
            diagnostics.Error(checksum.Span, "checksum can't be specified for multiple sources", "Use one ADD for each source.");
            return null;
        }

        return new AddInstruction(statement)
        {
            Sources = sources,
            Destination = destination,
            Chown = flags.Text("chown"),
            Chmod = flags.Text("chmod"),
            Link = flags.Switch("link") ?? false,
            Excludes = [.. flags.All("exclude").Select(value => value.Text)],
            Checksum = flags.Text("checksum"),
            KeepGitDir = flags.Switch("keep-git-dir"),
            Unpack = flags.Switch("unpack"),
        };
    }

    private bool Paths(Statement statement, out IReadOnlyList<CopySource> sources, out string destination)
    {
        sources = [];
        destination = "";
        var words = statement.Arguments;
        if (words.Count < 2)
        {
            diagnostics.Error(
                statement.Span,
                $"{statement.Name} requires at least two arguments, but only one was provided. Destination could not be determined",
                $"Write {statement.Name} source… destination.");
            return false;
        }

        var last = words[^1];
        var isLastHeredoc = statement.Heredocs.Count > 0 && HeredocLine.IsOneHeredoc(last.Text);
        var heredocs = statement.Heredocs.Count == 0 ? 0 : words.Count(word => HeredocLine.IsOneHeredoc(word.Text));
        if (heredocs < statement.Heredocs.Count)
        {
            diagnostics.Error(
                statement.Span,
                $"{statement.Name} cannot tell which source the heredoc {statement.Heredocs[heredocs].Name} is",
                "Write << and the name together, as a word of its own.");
            return false;
        }

        if (isLastHeredoc)
        {
            diagnostics.Error(last.Span, $"{statement.Name} cannot accept a heredoc as a destination");
            return false;
        }

        destination = last.Text;
        sources = [.. Sources(statement)];
        return true;
    }

    /// <summary>All words but the last, with heredocs. Heredoc words and heredocs have the same order.</summary>
    private static IEnumerable<CopySource> Sources(Statement statement)
    {
        using var heredocs = statement.Heredocs.GetEnumerator();
        foreach (var word in statement.Arguments.Take(statement.Arguments.Count - 1))
        {
            yield return statement.Heredocs.Count > 0 && HeredocLine.IsOneHeredoc(word.Text) && heredocs.MoveNext()
                ? new HeredocSource(heredocs.Current.Name, heredocs.Current.Content, heredocs.Current)
                : new PathSource(word.Text, word.Span);
        }
    }
}
