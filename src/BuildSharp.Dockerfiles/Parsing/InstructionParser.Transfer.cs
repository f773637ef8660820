namespace BuildSharp.Dockerfiles.Parsing;

/// <content>COPY and ADD.</content>
internal sealed partial class InstructionParser
{
    private CopyInstruction? Copy(Statement statement, FlagSet flags) => Transfer(statement, out var sources, out var destination)
        ? new CopyInstruction(statement)
        {
            Sources = sources,
            Destination = destination,
            Chown = flags.Text("chown"),
            Chmod = flags.Text("chmod"),
            Link = flags.Switch("link") ?? false,
            Excludes = flags.Find("exclude") is null ? [] : [.. flags.All("exclude").Select(value => value.Text)],
            From = flags.Text("from"),
            FromSpan = flags.Find("from")?.Span,
            Parents = flags.Switch("parents") ?? false,
        }
        : null;

    private AddInstruction? Add(Statement statement, FlagSet flags)
    {
        if (!Transfer(statement, out var sources, out var destination)) return null;
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
            Excludes = flags.Find("exclude") is null ? [] : [.. flags.All("exclude").Select(value => value.Text)],
            Checksum = flags.Text("checksum"),
            KeepGitDir = flags.Switch("keep-git-dir"),
            Unpack = flags.Switch("unpack"),
        };
    }

    private bool Transfer(Statement statement, out IReadOnlyList<CopySource> sources, out string destination)
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

        var heredocs = statement.Form == ArgumentForm.Json ? [] : HeredocsByWord(statement);
        if (heredocs.Count < statement.Heredocs.Count)
        {
            diagnostics.Error(
                statement.Span,
                $"{statement.Name} cannot tell which source the heredoc {statement.Heredocs[heredocs.Count].Name} is",
                "Write << and the name together, as a word of its own.");
            return false;
        }

        if (heredocs.ContainsKey(words.Count - 1))
        {
            diagnostics.Error(words[^1].Span, $"{statement.Name} cannot accept a heredoc as a destination");
            return false;
        }

        destination = words[^1].Text;
        sources = [.. words.Take(words.Count - 1).Select((word, index) => heredocs.TryGetValue(index, out var heredoc)
            ? (CopySource)new HeredocSource(heredoc.Name, heredoc.Content, heredoc)
            : new PathSource(word.Text, word.Span))];
        return true;
    }

    /// <summary>Which words of the statement begin which heredocs: both come in the order written.</summary>
    private static Dictionary<int, Heredoc> HeredocsByWord(Statement statement)
    {
        var found = new Dictionary<int, Heredoc>();
        for (var i = 0; i < statement.Arguments.Count && found.Count < statement.Heredocs.Count; i++)
        {
            if (HeredocLine.IsOneHeredoc(statement.Arguments[i].Text)) found[i] = statement.Heredocs[found.Count];
        }

        return found;
    }
}
